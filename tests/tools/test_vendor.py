"""The tool that brings foreign files in: what it cuts off, what it draws, and that its list is that of the tree."""

import json

from tools import vendor


def test_only_a_closing_pointer_to_a_source_map_is_cut_off():
    assert vendor.cleaned(b"a{}\n/*# sourceMappingURL=x.css.map */\n") == b"a{}\n"
    assert vendor.cleaned(b"f();\n//# sourceMappingURL=x.js.map") == b"f();\n"
    kept = b"x = '//# sourceMappingURL=x'; f();"
    assert vendor.cleaned(kept) == kept


def test_the_sprite_holds_the_shapes_without_their_frames(tmp_path):
    frame = '<svg\n  width="24"\n  class="icon"\n>\n  <path stroke="none" d="M0 0h24v24H0z" fill="none" />\n'
    for name in set(json.loads(vendor.ICON_LIST.read_text())["taken"].values()):
        (tmp_path / f"{name}.svg").write_text(f'{frame}  <path d="{name}" />\n  <path d="M1 1" />\n</svg>\n')
    drawn = vendor.sprite(tmp_path)
    assert '<symbol id="plus" viewBox="0 0 24 24"><path d="plus" /><path d="M1 1" /></symbol>' in drawn
    assert '<symbol id="mark"' in drawn
    assert drawn.count("<svg") == 1
    assert "M0 0h24v24H0z" not in drawn


def test_the_tool_and_the_written_list_name_the_same_versions():
    written = (vendor.STATIC / "vendor" / "VENDORED.md").read_text()
    for package in (*vendor.PACKAGES, vendor.ICONS):
        assert f"| {package.name} | {package.version} | {package.licence} |" in written

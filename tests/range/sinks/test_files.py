import errno

import pytest

from vedette.range.sinks.files import VirtualFiles


@pytest.fixture
def files():
    return VirtualFiles({"/var/www/shop/extra/a.txt": "hello"})


@pytest.mark.parametrize(
    "path",
    [
        "/etc/hostname",
        "//etc///hostname",
        "/etc/./hostname",
        "/../../etc/hostname",
        "manuals/../../../../etc/hostname",
        "../../../etc/hostname",
        "/etc/../etc/hostname",
        "./././../../../etc/hostname",
    ],
)
def test_one_file_has_many_paths(files, sealed, path):
    assert sealed(files.read, path) == "shop\n"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("", FileNotFoundError),
        ("nothing", FileNotFoundError),
        ("nowhere/../manuals/lamp.txt", FileNotFoundError),
        ("/etc", IsADirectoryError),
        ("/", IsADirectoryError),
        ("/etc/", IsADirectoryError),
        ("/etc/hostname/", NotADirectoryError),
        ("/etc/hostname/.", NotADirectoryError),
        ("/etc/hostname/..", NotADirectoryError),
        ("/etc/hostname/x", NotADirectoryError),
        ("/etc/shadow", PermissionError),
        ("/root/x", PermissionError),
        ("/root", PermissionError),
        ("C:\\Windows\\win.ini", FileNotFoundError),
    ],
)
def test_errors_are_those_of_the_kernel(files, sealed, path, kind):
    with pytest.raises(kind) as caught:
        sealed(files.read, path)
    assert caught.value.filename == path


def test_null_bytes_are_refused_as_open_does(files):
    with pytest.raises(ValueError, match="embedded null byte"):
        files.read("/etc/hostname\0.txt")
    with pytest.raises(ValueError, match="embedded null byte"):
        open("/etc/hostname\0.txt")  # noqa: SIM115 - it does not open


@pytest.mark.parametrize("path", ["/" + "a" * 256, "/a" * 2048])
def test_names_can_be_too_long(files, path):
    with pytest.raises(OSError, match="File name too long") as caught:
        files.read(path)
    assert caught.value.errno == errno.ENAMETOOLONG


def test_relative_paths_start_at_the_working_folder(files):
    assert files.read("a.txt", "/var/www/shop/extra") == "hello"
    assert files.read("extra/a.txt") == "hello"
    with pytest.raises(FileNotFoundError):
        files.read("a.txt")


def test_folders_list_their_names_in_order(files):
    assert files.listdir("/var/www/shop/extra/..")[0] == "config.ini"
    assert files.listdir("/var/www/shop/extra") == ["a.txt"]
    with pytest.raises(NotADirectoryError):
        files.listdir("/etc/hostname")
    with pytest.raises(FileNotFoundError):
        files.listdir("/nowhere")
    with pytest.raises(PermissionError):
        files.listdir("/root")


def test_add_makes_files_and_folders(files):
    files.add("/srv/data/one.txt", "1")
    files.add("/srv/empty/", "")
    assert files.read("/srv/data/one.txt") == "1"
    assert files.listdir("/srv") == ["data", "empty"]
    assert files.is_dir("/srv/empty")
    assert not files.is_dir("/srv/data/one.txt")
    assert files.exists("/srv/data/../data/one.txt")
    assert not files.exists("/srv/data/two.txt")


def test_only_few_places_can_be_written(files):
    files.write("/tmp/a", "1")
    files.write("/tmp/a", "2", append=True)
    files.write("uploads/b", "x")
    files.write("/dev/null", "gone")
    assert (files.read("/tmp/a"), files.read("uploads/b"), files.read("/dev/null")) == ("12", "x", "")
    for path, kind in {"/etc/a": PermissionError, "/tmp": IsADirectoryError, "/tmp/no/a": FileNotFoundError}.items():
        with pytest.raises(kind):
            files.write(path, "")


def test_the_disk_fills_up(files):
    with pytest.raises(OSError, match="No space left"):
        for _ in range(30):
            files.write("/tmp/a", "x" * 50_000)

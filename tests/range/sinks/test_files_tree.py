from vedette.range.sinks.files import VirtualFiles
from vedette.range.sinks.files_tree import PROGRAMS, SYSTEM_FILES
from vedette.range.sinks.shell import PROGRAMS as KNOWN


def test_the_account_file_has_seven_fields_a_line():
    lines = SYSTEM_FILES["/etc/passwd"].splitlines()
    assert lines[0].startswith("root:") and all(line.count(":") == 6 for line in lines)


def test_every_program_in_the_tree_can_be_run_and_the_other_way_round():
    assert set(PROGRAMS) <= set(KNOWN)
    assert set(KNOWN) - set(PROGRAMS) <= {"[", "tac"}


def test_the_shop_has_its_folders():
    files = VirtualFiles()
    assert {"manuals", "templates", "uploads"} <= set(files.listdir("/var/www/shop"))
    assert "Linux version" in files.read("/proc/version")
    assert "localhost" in files.read("/etc/hosts")


def test_paths_are_absolute_and_hold_no_windows():
    assert all(path.startswith("/") and "\\" not in path and ":" not in path for path in SYSTEM_FILES)

import pytest


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        ("id", "uid=33(www-data) gid=33(www-data) groups=33(www-data)\n"),
        ("id -u; id -un; whoami", "33\nwww-data\nwww-data\n"),
        ("hostname; uname; uname -sr", "shop\nLinux\nLinux 6.1.0-18-amd64\n"),
        ("env -i A=1 env", "A=1\n"),
        ("A=1 env | grep ^A", "A=1\n"),
        ("expr 6 '*' 7", "42\n"),
        ("ls -d /etc; ls /var/www", "/etc\nshop\n"),
        (
            "ls /etc/hostname uploads manuals",
            "/etc/hostname\n\nmanuals:\nkettle.txt\nlamp.txt\nradio.txt\n\nuploads:\n",
        ),
        ("ls -l /etc/hostname", "-rw-r--r-- 1 root root 5 Feb  1 09:00 /etc/hostname\n"),
        ("echo 'echo $1$0' > /tmp/s; sh /tmp/s", "sh\n"),
        ("echo 'echo piped' | sh", "piped\n"),
        ("which cat nothing", "/usr/bin/cat\n"),
    ],
)
def test_output(sh, command, wanted):
    assert sh(command)[:2] == (wanted, "")


def test_ping_counts_and_answers(sh):
    out, _, code = sh("ping -c 2 localhost")
    assert code == 0
    assert out.count("bytes from 127.0.0.1") == 2
    assert "2 packets transmitted, 2 received, 0% packet loss, time 1000ms" in out
    assert sh("ping -c 1 192.0.2.7")[2] == 1


@pytest.mark.parametrize(
    ("command", "out", "error", "code"),
    [
        ("ping -c 1 far.example", "", "ping: far.example: Name or service not known\n", 2),
        ("ping -c x localhost", "", "ping: invalid argument: 'x'\n", 1),
        ("ping", "", "ping: usage error: Destination address required\n", 1),
        ("nslookup far.example", ";; connection timed out; no servers could be reached\n", "", 1),
        ("host far.example", ";; connection timed out; no servers could be reached\n", "", 1),
        ("id nobody", "", "id: 'nobody': no such user\n", 1),
        ("ls /root", "", "ls: cannot open directory '/root': Permission denied\n", 2),
        ("sh /nowhere", "", "sh: 0: cannot open /nowhere: No such file\n", 2),
        ("sh -c", "", "sh: 0: -c requires an argument\n", 2),
    ],
)
def test_complaints(sh, command, out, error, code):
    assert sh(command) == (out, error, code)

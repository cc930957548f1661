"""Films of pictures."""

from vedette.engine.net.webm import film, key_frame, size_of

FRAME = b"\x10\x02\x00\x9d\x01\x2a" + (320).to_bytes(2, "little") + (200).to_bytes(2, "little") + b"data"


def picture(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(name + len(data).to_bytes(4, "little") + data + b"\x00" * (len(data) % 2) for name, data in chunks)
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def test_the_frame_of_a_picture_is_found_behind_other_chunks():
    assert key_frame(picture((b"VP8 ", FRAME))) == FRAME
    assert key_frame(picture((b"VP8X", b"odd"), (b"VP8 ", FRAME))) == FRAME
    assert key_frame(picture((b"VP8L", FRAME))) == b""
    assert key_frame(b"\x89PNG") == b""
    assert size_of(FRAME) == (320, 200)


def test_a_film_names_its_kind_size_and_frames():
    made = film([(0, FRAME), (500, FRAME), (45_000, FRAME)], 46_000)
    assert made.startswith(b"\x1a\x45\xdf\xa3")
    assert b"webm" in made and b"V_VP8" in made
    assert made.count(FRAME) == 3
    assert made.count(b"\x1f\x43\xb6\x75") == 2, "times within a cluster are short numbers"
    assert b"\xa3\x01\x00\x00\x00\x00\x00" in made
    assert film([], 10) == b""

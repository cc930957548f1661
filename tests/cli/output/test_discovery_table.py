"""What a person sees of a discovery."""

from rich.console import Console

from tests.cli.discovered import gathered
from vedette.cli.gathered import Gathered
from vedette.cli.output.discovery_table import show


def shown(made):
    console = Console(width=200, highlight=False)
    with console.capture() as capture:
        show(made, console)
    return capture.get()


def test_names_services_and_the_verdict():
    text = shown(gathered())
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "www.shop.example 192.0.2.1 crt-sh" in lines
    assert "intra.shop.example 10.0.0.5 10.0.0.5 is private" in lines
    assert "old.shop.example gone.example → no address any name there is answered alike" in lines
    assert "http://shop.example/ 301 R → https://www.shop.example/" in lines
    assert any(
        line.startswith("https://www.shop.example/ 200 B Shop") and line.endswith("nginx 1.25.3") for line in lines
    )
    assert "7 operations at https://www.shop.example/openapi.json" in text
    assert "incomplete 4 names, 2 web services; 1,234 questions to name servers, 12 requests, 3.2 s" in lines
    assert "- The source crt-sh failed: it did not answer." in lines


def test_nothing_steers_the_terminal():
    text = shown(gathered())
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_nothing_found_is_nothing_shown():
    assert shown(Gathered()) == ""

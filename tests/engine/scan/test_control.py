"""The word from outside."""

import asyncio

from vedette.engine.scan.control import Control


async def test_the_first_word_stays_but_cancel_outranks_it():
    control = Control()
    assert not control.said
    control.say("pause")
    control.say("time")
    assert await control.wait() == "pause"
    control.say("cancel")
    assert control.word == "cancel"


async def test_who_waits_is_woken():
    control = Control()
    waiting = asyncio.ensure_future(control.wait())
    await asyncio.sleep(0)
    control.say("yield")
    assert await asyncio.wait_for(waiting, 1) == "yield"


def test_listeners_are_told_also_when_they_come_late():
    control, heard = Control(), []
    control.on_word(lambda: heard.append("early"))
    control.say("stop")
    control.on_word(lambda: heard.append("late"))
    assert heard == ["early", "late"]

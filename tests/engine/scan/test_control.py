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
    assert await asyncio.wait_for(waiting, 60) == "yield"


def test_listeners_are_told_also_when_they_come_late():
    control, heard = Control(), []
    control.on_word(lambda: heard.append("early"))
    control.say("stop")
    control.on_word(lambda: heard.append("late"))
    assert heard == ["early", "late"]


async def test_a_code_is_taken_once_whenever_it_was_handed_in():
    control, wanted = Control(), []
    control.on_code_wanted(lambda: wanted.append(1))
    control.hand_in("11")
    assert await control.code(1) == "11"
    waiting = asyncio.ensure_future(control.code(5))
    await asyncio.sleep(0)
    control.hand_in("22")
    assert await asyncio.wait_for(waiting, 60) == "22"
    assert await control.code(0.01) == ""
    assert len(wanted) == 3


async def test_who_waits_for_a_code_is_woken_by_the_end():
    control = Control()
    waiting = asyncio.ensure_future(control.code(60))
    await asyncio.sleep(0)
    control.say("pause")
    assert await asyncio.wait_for(waiting, 60) == ""

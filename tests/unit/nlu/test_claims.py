from __future__ import annotations

import time

import pytest

from nlu.details import find_details

REASONS = {
    "changed_mind": [
        "I changed my mind",
        "we've changed our minds, refund please",
        "changed my mind about the doorbell camera",
        "I don't want it any more",
        "i dont want it anymore",
        "I don’t need the camera any more, order INO-10482",
        "we do not want these cameras anymore.",
        "I no longer need it",
        "I no longer want the NVR, money back please",
    ],
    "ordered_by_mistake": [
        "I ordered the wrong one",
        "ordered the wrong camera, sorry",
        "we bought the wrong lens",
        "I picked the wrong model",
        "ordered it by mistake",
        "I bought two by accident",
        "accidentally ordered two recorders",
    ],
    "wrong_item_delivered": [
        "you sent me a different camera",
        "you sent the wrong item",
        "I received the wrong camera",
        "I was sent a different model",
        "wrong item delivered",
        "the wrong camera came",
        "this is not what I ordered",
        "it isn't what I ordered",
        "that's not the model I ordered",
        "I got a bullet camera instead of a dome camera",
    ],
    "damaged_on_arrival": [
        "it arrived broken",
        "the camera came damaged",
        "dead on arrival",
        "the NVR was DOA",
        "it was broken when I unpacked it",
        "didn't work when I unpacked it",
        "it did not turn on when I opened the box",
        "cracked out of the box",
        "it never worked",
        "the recorder arrived defective",
        "it arrived broken and doesn't work",
    ],
    "defective": [
        "it stopped working",
        "my camera stopped working after two months",
        "it stopped working last week",
        "after three months no picture any more",
        "it no longer works",
        "it doesn't work any more",
        "worked fine for a week and then nothing",
        "the camera is faulty",
        "it's defective",
        "I have a defective recorder",
        "my NVR has a defect",
        "the faulty camera is in my office",
    ],
    "damaged_by_user": [
        "I dropped it",
        "dropped it on the floor, sorry",
        "I accidentally dropped the camera",
        "my son dropped it",
        "we dropped the night vision camera",
        "I broke the lens",
        "my dog chewed the cable",
        "I spilled coffee on it",
        "I dropped it and now it's broken",
        "it slipped out of my hands",
        "it stopped working after I dropped it",
    ],
    "modified": [
        "I modified it",
        "we've modified the camera",
        "I opened it up and soldered a new plug",
        "I installed custom firmware",
        "flashed openwrt firmware on it",
        "I drilled a hole in the housing",
        "the camera has been modified",
    ],
    "repaired_without_consent": [
        "I had it repaired by a shop",
        "we got the recorder fixed at a local store",
        "a friend repaired it",
        "I repaired it myself",
        "my electrician tried to fix it",
    ],
    "lost": [
        "I lost it",
        "we lost the camera",
        "the camera was stolen",
        "someone stole it from the wall",
    ],
    "not_received": [
        "it never arrived",
        "my parcel never came",
        "I never got it",
        "I never received my camera",
        "the package was incomplete",
        "my parcel was incomplete",
        "the hard disk is missing from the box",
        "the box was empty",
    ],
}

NO_REASON = [
    "my fault, I picked one that is too big",
    "it never worked right since month two",
    "",
    "hello",
    "I want my money back",
    "it doesn't work",
    "the camera is broken",
    "my camera is not working",
    "broken",
    "won't turn on",
    "I didn't drop it",
    "I never dropped it",
    "I have not dropped the camera",
    "nobody dropped it",
    "you say I dropped it",
    "the courier dropped it",
    "the driver came and dropped it at the door",
    "I dropped it off at the post office",
    "I dropped you a mail",
    "if I drop it, is that covered?",
    "what if I dropped it",
    "what happens if it stopped working",
    "would you refund me if I changed my mind",
    "Do you refund when I changed my mind?",
    "does the warranty cover a camera that was stolen",
    "is a modified camera covered",
    "Is it defective?",
    "I haven't changed my mind",
    "I changed my mind about the refund",
    "I changed my mind, leave it as it is",
    "I don't want it to break",
    "I don't want it repaired",
    "I don't want a replacement",
    "I don't want it any more because it's broken",
    "it's not defective",
    "there is nothing defective about it",
    "maybe it's faulty",
    "I think I dropped it",
    "it stopped working after the storm",
    "it stopped working because water got in",
    "it fell off the wall",
    "it got wet and stopped working",
    "I lost the order number",
    "I lost the box",
    "I lost my receipt",
    "my parcel got stolen from the porch",
    "I never received my refund",
    "I never got a reply",
    "I never received the confirmation",
    "it hasn't arrived yet",
    "you sent me the wrong label",
    "you sent the wrong invoice",
    "I entered the wrong address",
    "I haven't modified it",
    "I modified my order",
    "please modify my order",
    "can I have it repaired by a shop",
    "I never had it repaired by anyone",
    "the box arrived damaged",
    "I ordered the wrong one and changed my mind",
    "you sent me the wrong camera and it arrived broken",
    "it stopped working and a friend repaired it",
    "the camera works fine",
]

STATES = {
    "it works fine": {"working": "true"},
    "it still works, I just want my money back": {"working": "true"},
    "the camera works perfectly": {"working": "true"},
    "it is in perfect working condition": {"working": "true"},
    "nothing wrong with it": {"working": "true"},
    "it works fine and is in its original box": {"working": "true", "original_packaging": "true"},
    "it doesn't work": {"working": "false"},
    "the recorder does not work.": {"working": "false"},
    "my camera stopped working": {"working": "false", "reason": "defective"},
    "still in its box": {"original_packaging": "true"},
    "still in the original packaging, never opened": {"original_packaging": "true"},
    "I never opened the box": {"original_packaging": "true"},
    "the box is still sealed": {"original_packaging": "true"},
    "I threw away the box": {"original_packaging": "false"},
    "I threw the packaging out": {"original_packaging": "false"},
    "I don't have the box any more": {"original_packaging": "false"},
    "the packaging is gone": {"original_packaging": "false"},
    "without the original packaging": {"original_packaging": "false"},
    "I dropped it": {"reason": "damaged_by_user", "tampered": "true"},
    "a friend repaired it and then it stopped working": {"tampered": "true", "working": "false"},
    "nobody has tampered with it": {"tampered": "false"},
    "it was never tampered with": {"tampered": "false"},
    "never opened it": {"original_packaging": "true"},
    "never opened it and yet it is broken": {},
    "it worked fine for a while": {},
    "it works fine but the picture flickers": {},
    "it only works fine in the morning": {},
    "the app doesn't work": {},
    "it doesn't work with my router": {},
    "does it work fine?": {},
    "it no longer works fine with alexa": {},
    "do I need the original packaging?": {},
    "must it be in its original box": {},
    "it isn't in its original box": {},
    "it is not in the original packaging": {},
    "I threw away the manual": {},
    "is it still in the box?": {},
}


def facts(text: str) -> dict[str, str]:
    return {detail.entity: detail.value for detail in find_details(text)}


@pytest.mark.parametrize(("reason", "text"), [(reason, text) for reason, texts in REASONS.items() for text in texts])
def test_unmistakable_words_give_the_reason(reason: str, text: str):
    assert facts(text).get("reason") == reason


@pytest.mark.parametrize("text", NO_REASON)
def test_vague_negated_supposed_and_competing_words_give_no_reason(text: str):
    assert "reason" not in facts(text)


@pytest.mark.parametrize(("text", "expected"), STATES.items())
def test_the_state_of_the_item_is_taken_only_from_plain_words(text: str, expected: dict[str, str]):
    assert facts(text) == expected


@pytest.mark.parametrize(
    "unit",
    [
        "my ",
        "the wrong ",
        "in its original ",
        "a" * 50,
        "1 2 ",
        "555-",
        "order no. ",
        "no longer want the ",
        "i've had ",
    ],
)
def test_reading_time_stays_small_on_text_made_to_cost_time(unit: str):
    started = time.process_time()
    find_details((unit * 2000)[:2000])
    assert time.process_time() - started < 0.5

from __future__ import annotations

import pytest

from nlu.details import find_details

ORDER_NUMBERS = {
    "INO-10482": "INO-10482",
    "ino-10482": "INO-10482",
    "ino10482": "INO-10482",
    "Ino 10482": "INO-10482",
    "INO_10482": "INO-10482",
    "INO#10482": "INO-10482",
    "it's INO10482.": "INO-10482",
    "(INO-10482)": "INO-10482",
    "INO-10482, sam.porter@example.com": "INO-10482",
    "refund for order INO-10482, INO-10482 I said": "INO-10482",
    "order no. ino 10482": "INO-10482",
    "order INO-2024 never came": "INO-2024",
    "#10482": "10482",
    "# 10482": "10482",
    "my order #10482 is late": "10482",
    "order 10482": "10482",
    "Order: 10482": "10482",
    "cancel order 10482 please": "10482",
    "my order is 10482": "10482",
    "order number 10482": "10482",
    "order-number: 10482": "10482",
    "order no 10482": "10482",
    "order nr. 10482": "10482",
    "order id is 10482": "10482",
    "the order number was 2024": "2024",
    "oder 10482 wher is it": "10482",
    "the number is 10482": "10482",
    "it's number is: 10482": "10482",
    "10482": "10482",
    "10482!": "10482",
    "it's 10482, thanks": "10482",
    "10482 and my mail is sam@example.com": "10482",
    "order AB-20017 please": "AB-20017",
    "sure, here you go: ab-20017": "AB-20017",
    "i paid $10500 for order 10482": "10482",
    "I bought 3 cameras on 03/04/2026, order 10482": "10482",
}

NO_ORDER_NUMBER = [
    "ino10482@example.com",
    "my mail is order10482@example.com",
    "sam.10482@example.com",
    "I want my money back",
    "I paid $10482",
    "I paid 10482 dollars",
    "it cost 1249.00 EUR",
    "I paid 1,249 dollars for it",
    "on 2026-05-11",
    "03/04/2026",
    "it came on 12.03.2026",
    "March 3 2026",
    "3rd March 2026",
    "2024",
    "I bought it in 2024",
    "my order from 2024",
    "order 2024",
    "call me on 555 0142",
    "call me on +44 20 7946 0958",
    "my phone number is 5550142",
    "the phone number is 5550142",
    "tracking number is 99812345",
    "the serial number is 88120031",
    "invoice #20331",
    "my case number is 44512",
    "reference REQ-00317",
    "the model is 20482",
    "I want to order 1500 cameras",
    "order 1000 units",
    "the camera with 1080p",
    "a disk of 4000 GB",
    "postcode 10482",
    "INO-1080P",
    "INOMEGA",
    "order 66",
    "two of 3",
    "10482 or maybe 10483",
    "order 10482, no wait, order 10483",
    "https://shop.example.com/order/10482",
]

EMAILS = {
    "sam.porter@example.com": "sam.porter@example.com",
    "Sam.Porter@Example.COM": "sam.porter@example.com",
    "my mail is sam+shop@mail.example.co.uk.": "sam+shop@mail.example.co.uk",
    "<sam@example.com>": "sam@example.com",
    "mail:sam@example.com,order INO-10482": "sam@example.com",
    "'sam_p@example.io'": "sam_p@example.io",
    "o'neil-9@example.org it is": "o'neil-9@example.org",
    "sam@example.com (yes, SAM@example.com)": "sam@example.com",
    "sam@": None,
    "@sam on twitter": None,
    "sam@example": None,
    "sam at example dot com": "sam@example.com",
    "sam@@example.com": None,
    "sam@example.com or tom@example.com": None,
}


def value(text: str, entity: str) -> str | None:
    return next((detail.value for detail in find_details(text) if detail.entity == entity), None)


@pytest.mark.parametrize(("text", "number"), ORDER_NUMBERS.items())
def test_an_order_number_is_found_however_it_is_written(text: str, number: str):
    assert value(text, "order_number") == number


@pytest.mark.parametrize("text", NO_ORDER_NUMBER)
def test_other_numbers_and_two_order_numbers_at_once_are_no_order_number(text: str):
    assert value(text, "order_number") is None


@pytest.mark.parametrize(("text", "address"), EMAILS.items())
def test_an_email_is_found_when_it_is_whole_and_the_only_one(text: str, address: str | None):
    assert value(text, "email") == address


def test_a_detail_says_where_it_stands():
    text = "Order INO 10482, mail Sam@example.com"

    places = {detail.entity: text[detail.start : detail.end] for detail in find_details(text)}

    assert places == {"order_number": "INO 10482", "email": "Sam@example.com"}

"""Mails that come in: notices of many servers, answers of many programs, and what is neither."""

import random
import time

import pytest

from tieout.messages.letters import read

OURS = "<m-1.4711@harbourtools.example>"

#: As Postfix writes it.
POSTFIX = f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.mingyuan.example (Mail Delivery System)
To: accounts@harbourtools.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <20260701.1@mx.mingyuan.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

--b1
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.mingyuan.example
Arrival-Date: Wed,  1 Jul 2026 09:42:00 +0800 (CST)

Final-Recipient: rfc822; wang.min@mingyuan.example
Original-Recipient: rfc822;wang.min@mingyuan.example
Action: failed
Status: 5.1.1
Remote-MTA: dns; mail.mingyuan.example
Diagnostic-Code: smtp; 550 5.1.1 <wang.min@mingyuan.example>: Recipient address
    rejected: User unknown

--b1
Content-Type: message/rfc822

From: accounts@harbourtools.example
Message-ID: {OURS}
Subject: Statement

Dear Ms Wang
--b1--
"""

#: As Microsoft's servers write it: headers alone are sent back.
EXCHANGE = f"""\
From: postmaster@example.com
Subject: Undeliverable: Statement of June
Message-ID: <e-1@example.com>
In-Reply-To: {OURS}
Content-Type: multipart/report; report-type=delivery-status; boundary="b2"

--b2
Content-Type: text/html; charset=utf-8

<html><head><style>p {{color: red}}</style></head><body><p>Your message couldn't be delivered.</p>
</body></html>
--b2
Content-Type: message/delivery-status

Reporting-MTA: dns;server.example.com

Final-Recipient: rfc822;wang.min@mingyuan.example
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp;554 5.2.2 mailbox full; Quota exceeded

--b2
Content-Type: text/rfc822-headers

Message-ID: {OURS}
Subject: Statement of June
--b2--
"""

#: As qmail writes it: no report, the mail below a line.
QMAIL = f"""\
Return-Path: <>
From: MAILER-DAEMON@mail.example
Subject: failure notice
Message-ID: <q-1@mail.example>

Hi. This is the qmail-send program at mail.example.
I'm afraid I wasn't able to deliver your message to the following addresses.

<wang.min@mingyuan.example>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <accounts@harbourtools.example>
Message-ID: {OURS}
Subject: Statement of June

Dear Ms Wang
"""

#: As Chinese providers write it.
CHINESE = (
    f"""\
Return-Path: <>
From: =?gb2312?B?08q8/s+1zbM=?= <postmaster@qq.example>
Subject: =?utf-8?B?57O757uf6YCA5L+h?=
Message-ID: <c-1@qq.example>
References: {OURS}
Content-Type: text/plain; charset=gb18030
Content-Transfer-Encoding: 8bit

""".encode()
    + "您的邮件无法投递到 wang.min@mingyuan.example：550 5.1.1 收件人不存在。\n".encode("gb18030")
)


@pytest.mark.parametrize(
    ("content", "recipient", "status", "words"),
    [
        (POSTFIX.encode(), "wang.min@mingyuan.example", "5.1.1", "User unknown"),
        (EXCHANGE.encode(), "wang.min@mingyuan.example", "5.2.2", "mailbox full"),
        (QMAIL.encode(), "wang.min@mingyuan.example", "5.1.1", "no mailbox here"),
        (CHINESE, "", "5.1.1", "收件人不存在"),
    ],
    ids=["postfix", "exchange", "qmail", "chinese"],
)
def test_a_mail_that_came_back_says_of_whom_and_why(
    content: bytes, recipient: str, status: str, words: str
) -> None:
    letter = read(content)

    [notice] = letter.notices
    assert (notice.recipient, notice.action, notice.status) == (recipient, "failed", status)
    assert words in notice.words
    assert letter.names[0] == OURS
    assert letter.is_automatic


def test_windows_line_ends_change_nothing() -> None:
    assert read(POSTFIX.replace("\n", "\r\n").encode()).notices == read(POSTFIX.encode()).notices


def test_delays_and_deliveries_are_told_apart_from_failures() -> None:
    for action in ("delayed", "delivered", "relayed"):
        found = read(POSTFIX.replace("Action: failed", f"Action: {action}").encode())
        assert [one.action for one in found.notices] == [action]


ANSWER = f"""\
From: =?utf-8?B?546L5pWP?= <Wang.Min@Mingyuan.example>
To: chen.li@harbourtools.example
Subject: =?utf-8?B?5Zue5aSN?=: Dispute
Message-ID: <a-1@mingyuan.example>
In-Reply-To: {OURS}
References: <first@x> {OURS}
Content-Type: text/plain; charset=utf-8

"""


@pytest.mark.parametrize(
    ("below", "kept"),
    [
        (
            "Two boxes were broken.\n\nOn 1 Jul 2026, Harbour Tools wrote:\n> We look into it.",
            "",
        ),
        (
            "Two boxes were broken.\n\n-----Original Message-----\nFrom: Harbour Tools\n\nWe look.",
            "",
        ),
        (
            "Two boxes were broken.\n\nFrom: Harbour Tools\nSent: Wednesday\nTo: Wang\n\nWe look.",
            "",
        ),
        (
            "Two boxes were broken.\n\n------------------ 原始邮件 ------------------\n发件人:",
            "",
        ),
        ("Two boxes were broken.\n\n在 2026年7月1日，海港工具 写道：\n> 我们正在核实。", ""),
        ("> We look into it.\n\nTwo boxes were broken.\n-- \nWang Min", ""),
        ("Two boxes were broken.\nFrom: the second pallet.", "\nFrom: the second pallet."),
    ],
)
def test_an_answer_is_what_its_writer_wrote(below: str, kept: str) -> None:
    letter = read((ANSWER + below).encode())

    assert letter.text == f"Two boxes were broken.{kept}"
    assert (letter.sender, letter.name) == ("wang.min@mingyuan.example", "王敏")
    assert letter.names[0] == OURS
    assert not letter.is_automatic
    assert letter.notices == ()


def test_a_page_becomes_words() -> None:
    content = ANSWER.replace("text/plain", "text/html") + (
        "<html><head><title>x</title><script>alert(1)</script></head><body><div>Two boxes"
        " &amp; one</div><div>pallet</div></body></html>"
    )

    assert read(content.encode()).text == "Two boxes & one\n\npallet"


def test_a_machine_that_replies_is_known() -> None:
    for header in ("Auto-Submitted: auto-replied", "Precedence: bulk", "X-Autoreply: yes"):
        letter = read((header + "\n" + ANSWER + "I am away until Monday.").encode())
        assert letter.is_automatic
        assert letter.notices == ()
    assert not read(("Auto-Submitted: no\n" + ANSWER + "Words.").encode()).is_automatic


def test_a_person_who_writes_of_failures_is_no_server() -> None:
    letter = read((ANSWER + "The delivery has failed: <x@y.example>:\nno mailbox.\n").encode())

    assert letter.notices == ()


def test_files_come_with_their_plain_names() -> None:
    content = ANSWER.replace("text/plain; charset=utf-8", 'multipart/mixed; boundary="m"') + (
        "--m\nContent-Type: text/plain; charset=gb2312\n\nWords.\n"
        "--m\nContent-Type: application/pdf\n"
        'Content-Disposition: attachment; filename="../../etc/proof.pdf"\n'
        "Content-Transfer-Encoding: base64\n\nJVBERi0xLjQ=\n--m--\n"
    )

    [file] = read(content.encode()).files
    assert (file.filename, file.content) == ("proof.pdf", b"%PDF-1.4")


def test_the_same_mail_without_an_identity_is_known_again() -> None:
    content = ANSWER.replace("Message-ID: <a-1@mingyuan.example>\n", "").encode() + b"Words."

    assert read(content).identity == read(content).identity
    assert read(content).identity.startswith("sha256:")


def test_no_mail_is_too_odd_to_be_read() -> None:
    nested = "".join(
        f'Content-Type: multipart/mixed; boundary="n{n}"\n\n--n{n}\n' for n in range(2_000)
    )
    odd = [
        b"",
        b"\0" * 1_000,
        nested.encode(),
        (ANSWER + ">" * 200_000).encode(),
        (ANSWER + "在 " * 100_000 + "写道：").encode(),
        (ANSWER.replace("text/plain", "text/html") + "<div>" * 50_000).encode(),
        b"From: =?utf-8?B?=====?= <" + b"@" * 10_000,
        b"References: " + b"<a@b> " * 100_000,
        (
            "Return-Path: <>\nFrom: postmaster@x\nSubject: failure notice\n\n" + "<a@b>:\n" * 50_000
        ).encode(),
    ]
    begun = time.process_time()
    for content in odd:
        read(content)
    chance = random.Random(7)
    for shape in (POSTFIX.encode(), CHINESE, QMAIL.encode()):
        for _ in range(200):
            changed = bytearray(shape)
            for _ in range(5):
                changed[chance.randrange(len(changed))] = chance.randrange(256)
            read(bytes(changed))
    assert time.process_time() - begun < 20

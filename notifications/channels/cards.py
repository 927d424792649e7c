"""A message as each platform draws it: a card where it fits, plainer where it does not.

Limits as the platforms name them: WeCom takes 4,096 bytes of markdown and 2,048 of text, the
title of a card 26 characters and its words 112; DingTalk and Feishu take 20 kB in all.
"""

from collections.abc import Sequence
from typing import Any

from notifications.channels import Button, Parcel

_WECOM_TITLE, _WECOM_WORDS, _WECOM_JUMPS, _WECOM_JUMP = 26, 112, 3, 13
_WECOM_MARKDOWN, _WECOM_TEXT = 4096, 2048
#: Below the 20 kB of the platforms, with room for signatures.
_WHOLE = 19_000
#: Signs that would become markup, a link or a call to people, drawn wide instead.
_TAME = str.maketrans({"<": "＜", ">": "＞", "[": "［", "]": "］", "`": "'", "*": "＊", "#": "＃"})

Card = dict[str, Any]


def opened(parcel: Parcel) -> list[Button]:
    """The buttons that lead to a page; a robot hears nothing, so others mean nothing."""
    return [one for one in parcel.buttons if not one.url.startswith("do:")]


def wecom(parcel: Parcel) -> Card:
    """A card of notice; markdown, then text, where it is too long."""
    title, rest = _parted(parcel.text)
    buttons = opened(parcel)
    if buttons and len(title) <= _WECOM_TITLE and len(rest) <= _WECOM_WORDS:
        jumps = [
            {"type": 1, "title": one.label, "url": one.url}
            for one in buttons
            if len(one.label) <= _WECOM_JUMP
        ]
        card: Card = {
            "card_type": "text_notice",
            "main_title": {"title": title},
            "jump_list": jumps[:_WECOM_JUMPS],
            "card_action": {"type": 1, "url": buttons[0].url},
        }
        if rest:
            card["sub_title_text"] = rest
        return {"msgtype": "template_card", "template_card": card}
    drawn = f"**{title.translate(_TAME)}**\n{rest.translate(_TAME)}\n{_links(buttons)}".strip()
    if len(drawn.encode()) <= _WECOM_MARKDOWN:
        return {"msgtype": "markdown", "markdown": {"content": drawn}}
    return {"msgtype": "text", "text": {"content": _plain(parcel.text, buttons, _WECOM_TEXT)}}


def dingtalk(parcel: Parcel) -> Card:
    """An action card; text where it is too long."""
    title, rest = _parted(parcel.text)
    buttons = opened(parcel)
    lines = "  \n".join(rest.translate(_TAME).split("\n"))
    body = {
        "title": title,
        "text": f"### {title.translate(_TAME)}\n\n{lines}",
        "btnOrientation": "0",
        "btns": [{"title": one.label, "actionURL": one.url} for one in buttons],
    }
    if not buttons:
        drawn = {"title": title, "text": body["text"]}
        card: Card = {"msgtype": "markdown", "markdown": drawn}
    else:
        card = {"msgtype": "actionCard", "actionCard": body}
    if len(str(card).encode()) <= _WHOLE:
        return card
    return {"msgtype": "text", "text": {"content": _plain(parcel.text, buttons, _WHOLE)}}


def feishu(parcel: Parcel) -> Card:
    """An interactive card of plain text; text alone where it is too long."""
    title, rest = _parted(parcel.text)
    buttons = opened(parcel)
    elements: list[Card] = []
    if rest:
        elements.append({"tag": "div", "text": _said(rest)})
    if buttons:
        pressed = [
            {
                "tag": "button",
                "text": _said(one.label),
                "url": one.url,
                "type": "primary" if at == 0 else "default",
            }
            for at, one in enumerate(buttons)
        ]
        elements.append({"tag": "action", "actions": pressed})
    card: Card = {
        "msg_type": "interactive",
        "card": {
            "config": {"wide_screen_mode": True},
            "header": {"title": _said(title), "template": "blue"},
            "elements": elements,
        },
    }
    if len(str(card).encode()) <= _WHOLE:
        return card
    return {"msg_type": "text", "content": {"text": _plain(parcel.text, buttons, _WHOLE)}}


def _said(words: str) -> Card:
    return {"tag": "plain_text", "content": words}


def _parted(text: str) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    return first.strip(), rest.strip()


def _links(buttons: Sequence[Button]) -> str:
    return "\n".join(f"[{one.label.translate(_TAME)}]({one.url})" for one in buttons)


def _plain(text: str, buttons: Sequence[Button], most: int) -> str:
    """Text and where it leads to, cut at a whole character so that the address stays."""
    end = f"\n{buttons[0].label}: {buttons[0].url}" if buttons else ""
    room = most - len(end.encode())
    kept = text.encode()
    if len(kept) > room:
        kept = kept[: room - len("…".encode())]
        text = kept.decode("utf-8", "ignore").rstrip() + "…"
    return text + end

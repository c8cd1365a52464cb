"""The language of a message, or that it cannot be told."""

from __future__ import annotations

import pytest

from bot.language import UNDECIDED, detect


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "how do i get my file from the home office"),
        ("ar", "كيف أحصل على بياناتي من وزارة الداخلية"),
        ("fa", "چطور می‌توانم پرونده خود را بگیرم"),
        ("am", "መረጃዬን እንዴት ማግኘት እችላለሁ"),
        ("vi", "làm sao để lấy dữ liệu của tôi"),
        ("pl", "jak mogę dostać moje dane z urzędu"),
        ("uk", "як отримати мої дані"),
        ("ckb", "چۆن فایلەکەم لە هۆم ئۆفیس وەربگرم"),
        ("ti", "ፋይለይ ካብ Home Office ከመይ ጌረ እረክብ"),
        ("so", "sideen ku helaa faylkayga Home Office"),
        ("ps", "زه څنګه خپله دوسیه ترلاسه کړم"),
        ("zh", "tag 没电了怎么办"),
        ("zh", "我怎么得到我的资料和文件"),
    ],
)
def test_a_sentence_is_recognised(language: str, text: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize("text", ["", "tag", "SAR", "12345678", "🙂"])
def test_too_little_text_is_not_guessed(text: str) -> None:
    assert detect(text) == UNDECIDED

"""How far each language is understood without, and with, examples of its own.

Usage: ``.venv/bin/python -m benchmarks.languages``. For every language, on the exam in
``benchmarks/questions``: a model that learnt English only, one that learnt every language but this
one, and one that learnt all. Takes about ten minutes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from benchmarks.routing import PROJECT, Asked, Floats, Router, own_words, read_asked
from bot.nlu.encoder import encode_training, load_encoder

TOP = 3


def main() -> None:
    """Prints the table."""
    asked, words = read_asked(), own_words()
    learnt = [*asked, *words]
    vectors = encode_training([one.text for one in learnt])
    languages = np.array([one.language for one in learnt])
    everything = Router(learnt, vectors)
    english = _router(learnt, vectors, languages == "en")
    print("right topic among the first three; questions with an answer")
    print("| language | English only | all but this one | all |")
    print("|---|---|---|---|")
    for language in tqdm(sorted(set(languages) - {"en"}), desc="Languages"):
        others = _router(learnt, vectors, languages != language)
        shares = [_share(router, language) for router in (english, others, everything)]
        print(f"| {language} | " + " | ".join(f"{share:.0%}" for share in shares) + " |")


def _router(learnt: Sequence[Asked], vectors: Floats, kept: NDArray[np.bool_]) -> Router:
    return Router([one for one, keep in zip(learnt, kept, strict=True) if keep], vectors[kept])


def _share(router: Router, language: str) -> float:
    file = PROJECT / "benchmarks" / "questions" / f"{language}.jsonl"
    exam = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    exam = [one for one in exam if one["kind"] == "in_scope"]
    texts = [one["text"] for one in exam]
    log_odds = router.log_odds(texts, load_encoder().query([text.lower() for text in texts]))
    answers = [i for i, one in enumerate(router.intents) if one.kind.shows_answer]
    best = np.argsort(-log_odds[:, answers], axis=1)[:, :TOP]
    topics = [{router.intents[answers[i]].topic for i in row} for row in best]
    return float(np.mean([one["topic"] in found for one, found in zip(exam, topics, strict=True)]))


if __name__ == "__main__":
    main()

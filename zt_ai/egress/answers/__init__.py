"""Answers of model APIs on their way back: placeholders become originals, identifiers do not get through."""

from zt_ai.egress.answers.answer import Answer, AnswerHead, answer, looked_at
from zt_ai.egress.answers.usage import Usage

__all__ = ["Answer", "AnswerHead", "Usage", "answer", "looked_at"]

"""A conversation as recognisers and templates read it: who said what, in text."""

from dataclasses import dataclass

from specedit.service.http.wire import ROLES, BadField, ChatRequest, text_of


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said."""

    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """The turns, without the beginning of an answer that some clients give (`prefill`).

    `prediction`: the text that the answer is expected to be like.
    """

    turns: tuple[Turn, ...]
    prefill: str | None = None
    prediction: str | None = None

    def by(self, *roles: str) -> tuple[str, ...]:
        """Return what these roles said."""
        return tuple(turn.text for turn in self.turns if turn.role in roles)


def conversation_of(request: ChatRequest) -> Conversation:
    """Return the conversation in a request.

    Raises:
        BadField: a role, or a part of a content, is none that is understood.
    """
    turns = []
    for index, message in enumerate(request.messages):
        where = f"messages[{index}]"
        if message.role not in ROLES:
            known = ", ".join(ROLES)
            raise BadField(f"{where}.role", f"'{message.role}' is not understood; known: {known}")
        turns.append(Turn(message.role, text_of(message.content, f"{where}.content")))
    predicted = request.prediction
    prediction = None
    if predicted is not None:
        if predicted.type != "content":
            raise BadField("prediction.type", f"'{predicted.type}' is not understood; give content")
        prediction = text_of(predicted.content, "prediction.content")
    prefill = turns.pop().text if len(turns) > 1 and turns[-1].role == "assistant" else None
    return Conversation(tuple(turns), prefill, prediction)

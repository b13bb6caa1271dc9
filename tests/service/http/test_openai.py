"""The `openai` package against the HTTP door: what it sends and reads, streamed and not."""

from itertools import product
from typing import Any

import openai
import pytest
from tests.service.http.conftest import BESIDE, CODE, EDITED, UPDATE, Http, ServeHttp, tagged

from specedit.editor.config import Config

PREDICTION: Any = {"type": "content", "content": CODE}


async def edit(http: Http, text: str = "", model: str = "specedit-apply", **fields: Any) -> Any:
    return await http.openai.chat.completions.create(
        model=model,
        messages=[{"role": "user", "content": text or tagged()}],
        extra_body={"specedit": fields.pop("specedit", BESIDE)},
        **fields,
    )


async def text_of(stream: Any) -> str:
    chunks = [chunk async for chunk in stream]
    assert chunks[-1].choices[0].finish_reason == "stop"
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks)


async def test_an_edit(serve_http: ServeHttp) -> None:
    http = await serve_http()
    model = "specedit-apply"
    answer = await edit(http, model=model)
    assert answer.choices[0].message.content == EDITED
    assert answer.choices[0].finish_reason == "stop"
    assert answer.model == model
    assert answer.usage.completion_tokens > 0
    details = answer.usage.completion_tokens_details
    assert details.accepted_prediction_tokens + details.rejected_prediction_tokens > 0
    assert answer.usage.model_extra["specedit"]["passes"] > 0
    assert answer.model_extra["specedit"]["status"] == "changed"
    assert answer.model_extra["specedit"]["lines"] == [2]
    for model in ("specedit-apply", "morph-v3-fast", "morph-v3-large", "auto"):
        assert await text_of(await edit(http, model=model, stream=True)) == EDITED


MANY = CODE + "".join(f"\n\ndef f{i}():\n    show({i})\n" for i in range(300))


@pytest.mark.parametrize("code", [MANY, CODE.replace("\n", "\r\n"), f"\n\n{CODE.rstrip()}"])
async def test_a_stream_is_the_file_byte_for_byte(code: str, serve_http: ServeHttp) -> None:
    http = await serve_http()
    text = tagged(code, instruction="rename show to tell", update="")
    syntax = "specedit-apply-syntax"
    streamed = await text_of(await edit(http, text, syntax, stream=True))
    assert streamed == code.replace("show", "tell")
    assert streamed == (await edit(http, text, syntax)).choices[0].message.content


async def test_usage_of_a_stream_comes_last_if_it_is_wanted(serve_http: ServeHttp) -> None:
    http = await serve_http()
    stream = await edit(http, stream=True, stream_options={"include_usage": True})
    *_, end, usage = [chunk async for chunk in stream]
    assert end.choices[0].finish_reason == "stop"
    assert end.model_extra["specedit"]["operation"] == "snippet"
    assert not usage.choices
    assert usage.usage.completion_tokens > 0


async def test_what_syntax_settles_needs_no_model(serve_http: ServeHttp) -> None:
    http = await serve_http()
    answer = await edit(http, "rename show to tell", "specedit-apply-syntax", prediction=PREDICTION)
    assert answer.choices[0].message.content == CODE.replace("show", "tell")
    assert answer.usage.total_tokens == 0
    assert answer.model_extra["specedit"]["judged_by"] is None
    with pytest.raises(openai.UnprocessableEntityError, match="syntax alone is not certain"):
        await edit(http, model="specedit-apply-syntax")
    taken = await edit(http, model="specedit-apply-syntax", specedit=BESIDE | {"accept": "trust"})
    assert taken.choices[0].message.content == EDITED
    assert not http.served.gate.started
    with pytest.raises(openai.BadRequestError, match="is for the model specedit-apply"):
        await edit(http, model="specedit-apply-syntax", specedit=BESIDE | {"accept": "guided"})


def block(old: str, new: str) -> str:
    return f"<<<<<<< SEARCH\n{old}\n=======\n{new}\n>>>>>>> REPLACE\n"


REFUSED = [
    ("rename fetched to load", "not_found", "nearest: fetch"),
    ("rename fetch to show", "name_refused", "show"),
    ("make it faster", "not_understood", 'in fetch"|Send other edits as a snippet or a patch'),
    (
        tagged(update=block("shown = show(page)", "pass")),
        "not_found",
        "not in the file; nearest: line 5",
    ),
    (tagged(update="def other():\n    # ... existing code ...\n    x(1)\n"), "refused", "line"),
]


async def test_a_refusal_is_an_error_before_the_first_byte(serve_http: ServeHttp) -> None:
    http = await serve_http(config=Config(model="tiny", accept="syntax"))
    for (text, code, said), stream in product(REFUSED, (False, True)):
        given = {} if text.startswith("<") else {"prediction": PREDICTION}
        with pytest.raises(openai.UnprocessableEntityError, match=said) as caught:
            await edit(http, text, stream=stream, **given)
        assert caught.value.code == code
        assert "--" not in str(caught.value).replace("------", "")


async def test_what_syntax_is_not_certain_of_says_what_its_model_takes(
    serve_http: ServeHttp,
) -> None:
    http = await serve_http()
    with pytest.raises(openai.UnprocessableEntityError) as caught:
        await edit(http, model="specedit-apply-syntax")
    assert "the model specedit-apply" in str(caught.value)
    assert '"accept": "auto"' not in str(caught.value)
    trusting = BESIDE | {"accept": "trust"}
    answer = await edit(http, model="specedit-apply-syntax", specedit=trusting)
    assert answer.choices[0].message.content == EDITED


async def test_a_veto_is_an_error_unless_the_request_trusts(serve_http: ServeHttp) -> None:
    http = await serve_http(
        config=Config(model="tiny", accept="guided", threshold=2.0, max_tokens=30)
    )
    with pytest.raises(openai.UnprocessableEntityError) as caught:
        await edit(http, stream=True)
    assert caught.value.code == "disagreed"
    assert '"specedit": {"accept": "trust"}' in str(caught.value)
    answer = await edit(http, specedit=BESIDE | {"accept": "trust"})
    assert answer.choices[0].message.content == EDITED


async def test_a_file_without_a_name_is_known_by_its_syntax(serve_http: ServeHttp) -> None:
    http = await serve_http()
    broken = tagged(update=UPDATE.replace("return page + 2", "return page + 2)"))
    for text in (broken, broken.replace("<code>", "<code>\n")):
        with pytest.raises(openai.UnprocessableEntityError) as caught:
            await edit(http, text, specedit=None)
        assert caught.value.code == "unsafe"
    with pytest.raises(openai.UnprocessableEntityError, match='"path": "NAME"'):
        await edit(
            http,
            "rename show to tell",
            "specedit-apply-syntax",
            prediction=PREDICTION,
            specedit=None,
        )


async def test_a_check_can_be_turned_off(serve_http: ServeHttp) -> None:
    http = await serve_http()
    broken = tagged(update=UPDATE.replace("return page + 2", "return page + 2)"))
    with pytest.raises(openai.UnprocessableEntityError) as caught:
        await edit(http, broken)
    assert caught.value.code == "unsafe"
    check = caught.value.body["specedit"]["check"]  # type: ignore[index]
    assert f'"specedit": {{"force": ["{check}"]}}' in str(caught.value)
    answer = await edit(http, broken, specedit=BESIDE | {"force": [check]})
    assert "2)" in answer.choices[0].message.content
    with pytest.raises(openai.BadRequestError, match="no check 'syntaxx'"):
        await edit(http, specedit=BESIDE | {"force": ["syntaxx"]})


async def test_the_target_writes_and_what_is_predicted_changes_nothing(
    serve_http: ServeHttp,
) -> None:
    http = await serve_http()

    async def write(**fields: Any) -> Any:
        return await http.openai.chat.completions.create(
            model="tiny",
            messages=[{"role": "system", "content": "a"}, {"role": "user", "content": "b"}],
            max_completion_tokens=12,
            **fields,
        )

    plain = await write()
    text = plain.choices[0].message.content
    assert text
    assert plain.usage.completion_tokens_details.rejected_prediction_tokens == 0
    for content in (text, [{"type": "text", "text": text}], "something else"):
        predicted = await write(prediction={"type": "content", "content": content})
        assert predicted.choices[0].message.content == text
    streamed = [chunk async for chunk in await write(stream=True)]
    assert "".join(chunk.choices[0].delta.content or "" for chunk in streamed) == text
    assert streamed[-1].choices[0].finish_reason == plain.choices[0].finish_reason
    warm = await write(temperature=2.0, seed=-3)
    assert warm.choices[0].message.content != text
    assert (await write(temperature=2.0, seed=-3)).choices[0].message.content == (
        warm.choices[0].message.content
    )


async def test_a_completion_ends_where_it_should(serve_http: ServeHttp) -> None:
    http = await serve_http()

    async def complete(**fields: Any) -> Any:
        return await http.openai.completions.create(model="tiny", prompt="def a():\n", **fields)

    def counted() -> float | None:
        registry = http.served.server._calls.metrics.registry
        return registry.get_sample_value("specedit_tokens_total", {"kind": "answer"})

    whole = (await complete(max_tokens=20)).choices[0].text
    assert counted() == 20
    stop = whole[9:12]
    cut = await complete(max_tokens=20, stop=["never\n", stop])
    assert counted() == 20 + cut.usage.completion_tokens
    assert cut.choices[0].text == whole[: whole.index(stop)]
    assert cut.choices[0].finish_reason == "stop"
    stream = await complete(max_tokens=20, stop=stop, stream=True)
    assert "".join([c.choices[0].text async for c in stream]) == cut.choices[0].text
    with pytest.raises(openai.BadRequestError, match="suffix"):
        await complete(suffix="x")


async def test_models_are_listed_and_others_refused(serve_http: ServeHttp) -> None:
    http = await serve_http()
    names = [model.id async for model in http.openai.models.list()]
    assert {"specedit-apply", "specedit-apply-syntax", "tiny", "morph-v3-fast"} <= {*names}
    with pytest.raises(openai.NotFoundError, match="'gpt-x' is not served here") as caught:
        await edit(http, model="gpt-x")
    assert caught.value.code == "model_not_found"

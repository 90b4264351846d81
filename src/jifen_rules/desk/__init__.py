"""The desk in the browser: one call with plain data in, its answer as plain data out.

A page without a server calls `answer` in a worker. Each call is a function of its own room; they
ask the library and decide nothing, so that the page shows what the commands print.
"""

import json

from ..core.message import Message, said_by
from ..core.problem import JifenError
from ..core.sentences import words
from ..core.unread_file import why_unread
from .asked import CallData
from .calls import CALLS, find_call

__all__ = ["CALLS", "answer"]


def answer(call: str, given: str) -> str:
    """Answer a call: JSON in, JSON out.

    What is wrong with a file comes back as `problems`, anything else that stops the call as a
    sentence under `error`. KeyError if there is no such call.

    >>> import json
    >>> from jifen_rules.desk import answer
    >>> found = json.loads(answer("check", json.dumps({"text": "scheme: demo", "lang": "en"})))
    >>> found["problems"][0]["message"]
    "the scheme has no 'effective_from'"
    """
    function, asked = find_call(call), CallData(json.loads(given))
    try:
        found = function(asked)
    except JifenError as error:
        found = {"problems": [problem.to_dict(asked.lang) for problem in error.problems]}
    except OSError as error:
        found = _stopped(why_unread(error), asked)
    except ValueError as error:
        found = _stopped(said_by(error), asked)
    return json.dumps(found, ensure_ascii=False)


def _stopped(said: Message, asked: CallData) -> dict[str, object]:
    return {"error": words(said, asked.lang)}

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Tuple, Union


@dataclass(frozen=True)
class Truncated:
    """The streams that were cut."""

    stdout: bool = False
    stderr: bool = False


@dataclass(frozen=True)
class ExecuteResult:
    """What a program did. A non-zero exit code or a timeout is a result, not an error."""

    stdout: str
    stderr: str
    #: 0: success; 124: timed out; 128+n: killed by signal n; otherwise the program's own.
    exit_code: int
    #: Wall time from the first user instruction to the end of the main process.
    execution_time_ms: float
    #: Peak memory in MiB, interpreter and libraries included.
    memory_usage_mb: float
    #: Whether the time limit ended it.
    timed_out: bool
    #: Only when the infrastructure failed.
    error: Optional[str]
    #: USD charged.
    cost: float
    #: None: no stream was cut.
    truncated: Optional[Truncated] = None
    #: What ended it: ``signal``, ``timeout``, ``out_of_memory``, ``cancelled``; None: it exited by itself.
    termination: Optional[str] = None
    #: Names the request in the server's log.
    request_id: Optional[str] = None


# Attribute, field, types; bool is an int to isinstance and no number here.
_FIELDS: Tuple[Tuple[str, str, Tuple[type, ...]], ...] = (
    ("stdout", "stdout", (str,)),
    ("stderr", "stderr", (str,)),
    ("exit_code", "exitCode", (int,)),
    ("execution_time_ms", "executionTimeMs", (int, float)),
    ("memory_usage_mb", "memoryUsageMb", (int, float)),
    ("timed_out", "timedOut", (bool,)),
    ("error", "error", (str, type(None))),
    ("cost", "cost", (int, float)),
)


def parse_result(body: str, request_id: Optional[str]) -> Union[ExecuteResult, str]:
    """Reads a 200's body; a string instead says what is wrong with it."""
    fields = parse_object(body)
    if fields is None:
        return "its body is not a JSON object"
    values: Dict[str, Any] = {}
    for attribute, name, types in _FIELDS:
        value = fields.get(name, ...)
        if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
            return f"its field {name} is missing or of another type"
        values[attribute] = value
    truncated, termination = fields.get("truncated"), fields.get("termination")
    # The contract's fields only: what a later server adds is in the raw response.
    return ExecuteResult(
        **values,
        truncated=Truncated(truncated.get("stdout") is True, truncated.get("stderr") is True) if isinstance(truncated, dict) else None,
        termination=termination if isinstance(termination, str) else None,
        request_id=request_id,
    )


def parse_tools(body: str) -> Union[List[Dict[str, Any]], str]:
    """Reads a 200's body; a string instead says what is wrong with it."""
    try:
        tools = json.loads(body)
    except (ValueError, RecursionError):
        tools = None
    # What is in them is the server's and the model's matter: they are passed on.
    if isinstance(tools, list) and all(isinstance(tool, dict) for tool in tools):
        return tools
    return "its body is not a list of tools"


def parse_object(text: str) -> Optional[Dict[str, Any]]:
    """A JSON object's fields, or None for any other text."""
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None

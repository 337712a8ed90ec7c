"""The OpenAPI description of `/r51`, restated for what is served here.

Source: the description of COUNTER's API that COUNTER Metrics publishes (CC BY 4.0,
https://countermetrics.stoplight.io/docs/counter-api).
"""

from __future__ import annotations

from typing import Any

from reading_room.usage.rules.counter.asked import ACCESS_TYPES
from reading_room.usage.rules.counter.reports import METHODS, REPORTS, WHO

Json = dict[str, Any]
SOURCE = (
    "COUNTER's API 5.1 as this library serves it. Restated from the description that COUNTER Metrics "
    "publishes under CC BY 4.0, https://countermetrics.stoplight.io/docs/counter-api."
)
_TEXT: Json = {"type": "string"}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_IDS: Json = {"type": "object", "additionalProperties": _TEXTS}
_MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])(-[0-9]{2})?$"
_SAYS = {
    "customer_id": "The name of the library's ledger; /r51/members tells it.",
    "requestor_id": "Takes the token where a program knows no api_key.",
    "api_key": "A token made for usage:report and nothing else.",
    "platform": "The same name; reports are of one platform.",
    "begin_date": "The first month, yyyy-mm or yyyy-mm-dd.",
    "end_date": "The last month.",
    "metric_type": "Metrics, with | between.",
    "data_type": "Data_Types, with | between.",
    "access_type": f"Of {', '.join(ACCESS_TYPES)}, with | between.",
    "access_method": f"Of {', '.join(METHODS)}, with | between.",
    "yop": "Years of publication, yyyy or yyyy-yyyy, with | between; 0001 for unknown.",
    "item_id": "A resource: Muhr: and its SHA-256.",
    "attributes_to_show": "What numbers are told apart by as well, with | between.",
    "granularity": "Month.",
    "include_parent_details": "True: with the journal of an article.",
    "include_component_details": "Not supported (3063).",
}


def describe(public_url: str) -> Json:
    """Return the description. public_url: how people reach the service."""
    paths: Json = {
        "/r51/status": {"get": _operation("Server status", (), _list_of("Status"), is_public=True)},
        "/r51/members": {"get": _operation("Members", WHO, _list_of("Member"))},
        "/r51/reports": {"get": _operation("Reports", WHO, _list_of("Report"))},
    }
    for name, report in REPORTS.items():
        shape = _ref("ItemReport" if report.is_by_item else "PlatformReport")
        paths[f"/r51/reports/{name}"] = {"get": _operation(report.name, report.parameters, shape)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "COUNTER API", "version": "5.1", "description": SOURCE},
        "servers": [{"url": public_url}],
        "paths": paths,
        "components": {"schemas": {**_shared(), **_lists(), **_reports()}},
    }


def _operation(
    summary: str, parameters: tuple[str, ...], shape: Json, *, is_public: bool = False
) -> Json:
    told: Json = {"summary": summary, "responses": {"200": _answer(shape)}}
    told["parameters"] = [_parameter(name) for name in parameters]
    told["responses"] |= {} if is_public else _refusals()
    return told


def _parameter(name: str) -> Json:
    is_needed = name in ("customer_id", "begin_date", "end_date")
    schema = {**_TEXT, "pattern": _MONTH} if name.endswith("_date") else _TEXT
    return {
        "name": name,
        "in": "query",
        "required": is_needed,
        "description": _SAYS[name],
        "schema": schema,
    }


def _refusals() -> Json:
    statuses = ("400", "401", "403", "429", "503")
    return {status: _answer(_ref("Exception"), "an exception") for status in statuses}


def _answer(schema: Json, says: str = "what is asked for") -> Json:
    return {"description": says, "content": {"application/json": {"schema": schema}}}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _list_of(name: str) -> Json:
    return {"type": "array", "minItems": 1, "items": _ref(name)}


def _object(properties: Json, *optional: str) -> Json:
    needed = [name for name in properties if name not in optional]
    return {
        "type": "object",
        "properties": properties,
        "required": needed,
        "additionalProperties": False,
    }


def _shared() -> Json:
    return {
        "Exception": _object(
            {"Code": {"type": "integer"}, "Message": _TEXT, "Help_URL": _TEXT, "Data": _TEXT},
            "Data",
        ),
        "Header": _object(
            {
                "Release": {"const": "5.1"},
                "Report_ID": {"enum": [report.id for report in REPORTS.values()]},
                "Report_Name": _TEXT,
                "Created": {**_TEXT, "format": "date-time"},
                "Created_By": _TEXT,
                "Institution_ID": _IDS,
                "Institution_Name": _TEXT,
                "Report_Filters": {"type": "object", "required": ["Begin_Date", "End_Date"]},
                "Report_Attributes": {"type": "object"},
                "Exceptions": {"type": "array", "minItems": 1, "items": _ref("Exception")},
            },
            "Report_Attributes",
            "Exceptions",
        ),
    }


def _lists() -> Json:
    first, last = "First_Month_Available", "Last_Month_Available"
    told = ("Report_Name", "Report_ID", "Report_Description", "Path", first, last)
    report = {"Release": {"const": "5.1"}, **dict.fromkeys(told, _TEXT)}
    member = {"Customer_ID": _TEXT, "Institution_Name": _TEXT, "Institution_ID": _IDS}
    return {
        "Status": _object({"Description": _TEXT, "Service_Active": {"type": "boolean"}}),
        "Member": _object(member),
        "Report": _object(report, first, last),
    }


def _reports() -> Json:
    item_id = {"type": "object", "additionalProperties": _TEXT}
    item = {
        **dict.fromkeys(("Item", "Publisher", "Platform"), _TEXT),
        "Item_ID": item_id,
        "Authors": {"type": "array", "maxItems": 3, "items": {"type": "object"}},
        "Publication_Date": {**_TEXT, "format": "date"},
        **_performances(),
    }
    parent = {"Title": _TEXT, "Data_Type": _TEXT, "Item_ID": item_id}
    items = {"type": "array", "minItems": 1, "items": _ref("Item")}
    return {
        "Performance": _performance(),
        "PlatformItem": _object({"Platform": _TEXT, **_performances()}),
        "Item": _object(item, "Authors", "Publication_Date"),
        "Parent": _object({**parent, "Items": items}, *parent),
        "PlatformReport": _report_of("PlatformItem"),
        "ItemReport": _report_of("Parent"),
    }


def _performance() -> Json:
    shown = ("Data_Type", "YOP", "Access_Type", "Access_Method")
    months = {
        "type": "object",
        "patternProperties": {"^[0-9]{4}-[0-9]{2}$": {"type": "integer", "minimum": 1}},
        "additionalProperties": False,
    }
    metrics = {"type": "object", "minProperties": 1, "additionalProperties": months}
    return _object({**dict.fromkeys(shown, _TEXT), "Performance": metrics}, *shown)


def _performances() -> Json:
    return {"Attribute_Performance": {"type": "array", "minItems": 1, "items": _ref("Performance")}}


def _report_of(item: str) -> Json:
    return _object(
        {"Report_Header": _ref("Header"), "Report_Items": {"type": "array", "items": _ref(item)}}
    )

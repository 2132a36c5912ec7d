//! Records against `schemas/commit.schema.json`, the contract with whoever reads them.

use std::collections::HashMap;
use std::fs;
use std::sync::{LazyLock, Mutex};

use regex_lite::Regex;
use serde_json::{Value, json};

static COMMIT: LazyLock<Value> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schemas/commit.schema.json");
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
});

/// A patch has no commit, and its files have modes and blobs only if its lines tell them.
static PATCH: LazyLock<Value> = LazyLock::new(|| {
    let mut schema = COMMIT.clone();
    schema["required"] = json!(["files", "stats", "patch"]);
    schema["properties"]
        .as_object_mut()
        .unwrap()
        .retain(|name, _| ["files", "stats", "patch", "skipped"].contains(&name.as_str()));
    let required = schema["properties"]["files"]["items"]["required"].as_array_mut().unwrap();
    required.retain(|name| name != "modes" && name != "blobs");
    schema
});

/// The patterns of the contract, compiled once: they are matched a million times.
static PATTERNS: LazyLock<Mutex<HashMap<String, Regex>>> = LazyLock::new(Mutex::default);

/// What is wrong with the record of a commit, if anything is.
pub fn wrong_commit(record: &Value) -> Option<String> {
    wrong(record, &COMMIT)
}

/// The same of what `diff` writes.
pub fn wrong_patch(record: &Value) -> Option<String> {
    wrong(record, &PATCH)
}

/// The first thing in a value that a schema does not allow. A keyword that is unknown here is wrong too, so that no
/// part of the contract goes unseen, and so is one whose value is of another type than it speaks of.
fn wrong(value: &Value, schema: &Value) -> Option<String> {
    schema.as_object().unwrap().iter().find_map(|(keyword, rule)| match keyword.as_str() {
        "properties" => value.as_object()?.iter().find_map(|(key, field)| within(key, field, rule.get(key)?)),
        "items" => value.as_array()?.iter().find_map(|item| within("*", item, rule)),
        _ if holds(value, keyword, rule, schema) == Some(true) => None,
        _ => Some(format!("{keyword} {rule} does not hold for {value}")),
    })
}

fn within(key: &str, value: &Value, schema: &Value) -> Option<String> {
    wrong(value, schema).map(|words| format!("{key}: {words}"))
}

fn holds(value: &Value, keyword: &str, rule: &Value, schema: &Value) -> Option<bool> {
    Some(match keyword {
        "$schema" | "$id" | "title" | "description" | "contentEncoding" => true,
        "type" => is_of_type(value, rule.as_str()?),
        "pattern" => matches(value.as_str()?, rule.as_str()?),
        "enum" => rule.as_array()?.contains(value),
        "minimum" => value.as_i64()? >= rule.as_i64()?,
        "maximum" => value.as_i64()? <= rule.as_i64()?,
        "required" => rule.as_array()?.iter().all(|key| value.get(key.as_str().unwrap()).is_some()),
        "additionalProperties" => {
            value.as_object()?.keys().all(|key| schema["properties"].get(key).is_some())
        }
        _ => false,
    })
}

fn matches(text: &str, pattern: &str) -> bool {
    let mut patterns = PATTERNS.lock().unwrap();
    if !patterns.contains_key(pattern) {
        patterns.insert(pattern.to_owned(), Regex::new(pattern).unwrap());
    }
    patterns[pattern].is_match(text)
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        _ => false,
    }
}

#[test]
fn what_the_contract_does_not_allow_is_seen() {
    let fixture = crate::rig::Fixture::new();
    fixture.write("a", "1\n");
    fixture.commit("one");
    let whole = fixture.newest();
    let spoil = |pointer: &str, value: Value| {
        let mut record = whole.clone();
        *record.pointer_mut(pointer).unwrap() = value;
        wrong_commit(&record)
    };
    assert_eq!(wrong_commit(&whole), None);
    for (pointer, value) in [
        ("/id", json!("short")),
        ("/author/time", json!(1.5)),
        ("/author/offset", json!(6001)),
        ("/files/0/status", json!("X")),
        ("/files/0/added", json!(-1)),
        ("/files/0/hunks/0", json!({})),
        ("/files/0/modes", json!({"old": "000000", "new": "100644", "more": 1})),
        ("/stats", Value::Null),
    ] {
        assert!(spoil(pointer, value).is_some(), "{pointer}");
    }
}

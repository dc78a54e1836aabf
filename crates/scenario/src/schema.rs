//! The JSON Schema of scenario files, for editors that complete and check TOML.

use serde_json::{Map, Value as Json, json};

use crate::evidence::published_effects;
use crate::knob::{Kind, Knob, Scope};
use crate::registry::Registry;
use crate::value::Scalar;
use overheard_model::cut::By;
use overheard_model::ids::Market;

/// Pattern of names of scenarios and arms.
const LABEL: &str = "^[a-z0-9][a-z0-9_-]{0,59}$";

/// The JSON Schema (draft 2020-12) of a scenario file, made from the registry of knobs.
pub fn schema() -> Json {
    let registry = Registry::get();
    let all: Vec<&Knob> = registry.knobs().iter().collect();
    let arms: Vec<&Knob> = all
        .iter()
        .copied()
        .filter(|k| k.scope == Scope::Arm)
        .collect();
    let mut arm = section("", &arms);
    plain_keys(&mut arm, "Stands in the `arm` column of every table");
    arm["required"] = json!(["name"]);
    let targets: Vec<_> = published_effects().iter().map(|e| &e.target).collect();
    arm["properties"]["imitates"] = json!({
        "description": "Published experiments that the arm imitates; a run reports simulated beside published",
        "items": {"enum": targets},
        "type": "array",
    });
    let mut file = section("", &all);
    plain_keys(&mut file, "Names the folder of the run");
    file["properties"]["extends"] = json!({
        "description": "Another scenario file that this one is laid over, from this file's folder",
        "type": "string",
    });
    file["properties"]["arm"] = json!({
        "description": "The policies to compare; the first is the base of all differences",
        "items": arm,
        "maxItems": crate::file::MAX_ARMS,
        "type": "array",
    });
    file["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    file["title"] = json!("Overheard scenario");
    file
}

fn plain_keys(object: &mut Json, name: &str) {
    object["properties"]["name"] = json!({"description": name, "pattern": LABEL, "type": "string"});
    object["properties"]["description"] =
        json!({"description": "What the question is, for readers", "type": "string"});
}

/// A table with the knobs and sections below `prefix` (empty, or ending in a dot).
fn section(prefix: &str, knobs: &[&Knob]) -> Json {
    let mut properties = Map::new();
    for knob in knobs {
        let Some(rest) = knob.key.strip_prefix(prefix) else {
            continue;
        };
        match rest.split_once('.') {
            None => {
                properties.insert(rest.to_owned(), one_knob(knob));
            }
            Some((child, _)) if !properties.contains_key(child) => {
                let below = section(&format!("{prefix}{child}."), knobs);
                properties.insert(child.to_owned(), below);
            }
            Some(_) => {}
        }
    }
    json!({"additionalProperties": false, "properties": properties, "type": "object"})
}

fn one_knob(knob: &Knob) -> Json {
    let single = scalar(knob);
    let mut schema = match knob.per {
        None => single,
        Some(vocabulary) => {
            let members: Map<String, Json> = vocabulary
                .members()
                .iter()
                .map(|m| ((*m).to_owned(), single.clone()))
                .collect();
            let table =
                json!({"additionalProperties": false, "properties": members, "type": "object"});
            json!({"anyOf": [single, table]})
        }
    };
    let unit = if knob.unit.is_empty() {
        String::new()
    } else {
        format!(" [{}]", knob.unit)
    };
    schema["description"] = json!(format!("{}{unit}; source: {}", knob.help, knob.source));
    if let Some(default) = knob.default.uniform() {
        schema["default"] = as_json(default);
    }
    schema
}

fn scalar(knob: &Knob) -> Json {
    let mut schema = match &knob.kind {
        Kind::Number => json!({"type": "number"}),
        Kind::Integer => json!({"type": "integer"}),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Date => json!({"pattern": "^([0-9]{4}-[0-9]{2}-[0-9]{2}|never)$", "type": "string"}),
        Kind::Choice(options) => json!({"enum": options}),
        Kind::Markets => json!({
            "anyOf": [
                {"items": {"enum": Market::names()}, "type": "array"},
                {"description": "names between spaces, or all, or none", "type": "string"},
            ],
        }),
        Kind::Cuts => {
            let name = By::names().join("|");
            let cut = format!("^({name})( *\\* *({name}))*$");
            json!({
                "anyOf": [
                    {"items": {"pattern": cut, "type": "string"}, "type": "array"},
                    {"description": "cuts between commas, or none", "type": "string"},
                ],
            })
        }
        Kind::Text => json!({"type": "string"}),
    };
    if matches!(knob.kind, Kind::Number | Kind::Integer) {
        for (name, bound) in [("minimum", &knob.min), ("maximum", &knob.max)] {
            if let Some(bound) = bound {
                schema[name] = as_json(bound);
            }
        }
    }
    schema
}

fn as_json(scalar: &Scalar) -> Json {
    match scalar {
        Scalar::Number(x) => json!(x),
        Scalar::Integer(i) => json!(i),
        Scalar::Flag(b) => json!(b),
        Scalar::Date(_) | Scalar::Text(_) => json!(scalar.to_string()),
        Scalar::Markets(list) => json!(list.iter().map(|m| m.name()).collect::<Vec<_>>()),
        Scalar::Cuts(list) => json!(list.iter().map(ToString::to_string).collect::<Vec<_>>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_knob_is_in_the_schema_where_it_may_be_set() {
        let schema = schema();
        let arm = &schema["properties"]["arm"]["items"];
        let within = |top: &Json, key: &str| {
            key.split('.')
                .try_fold(top.clone(), |at, part| at["properties"].get(part).cloned())
        };
        for knob in Registry::get().knobs() {
            assert!(within(&schema, &knob.key).is_some(), "{knob} is missing");
            assert_eq!(
                within(arm, &knob.key).is_some(),
                knob.scope == Scope::Arm,
                "{knob}"
            );
        }
        assert_eq!(schema["additionalProperties"], json!(false));
    }
}

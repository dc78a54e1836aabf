//! `datapackage.json`: what the tables of a run's folder are, for programs (Frictionless Data, *Data Package* v1).

use std::io::Write;

use overheard_formats::{BAND_NUMBERS, COLUMNS, DIFFERENCE_NUMBERS, OUTCOME_NUMBERS, header};
use serde_json::{Value, json};

use crate::error::OutcomeError;
use crate::measures::dictionary;

/// A table of a run's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFile {
    Outcomes,
    Differences,
    Measures,
    Calibration,
    Effects,
    Bands,
}

impl TableFile {
    /// Its name in the folder.
    pub const fn name(self) -> &'static str {
        match self {
            TableFile::Outcomes => "outcomes.csv",
            TableFile::Differences => "differences.csv",
            TableFile::Measures => "measures.csv",
            TableFile::Calibration => "calibration.csv",
            TableFile::Effects => "effects.csv",
            TableFile::Bands => "bands.csv",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            TableFile::Outcomes => "Every measure of every arm, in total and by its cuts",
            TableFile::Differences => {
                "Every arm against the first, with the error of the difference"
            }
            TableFile::Measures => "Units and meanings of the measures",
            TableFile::Calibration => "Published figures beside simulated ones",
            TableFile::Effects => "Published experiments beside simulated ones",
            TableFile::Bands => "What the unknowns leave open, over draws from the posterior",
        }
    }

    fn columns(self) -> Vec<&'static str> {
        match self {
            TableFile::Outcomes => header(&OUTCOME_NUMBERS).collect(),
            TableFile::Differences => header(&DIFFERENCE_NUMBERS).collect(),
            TableFile::Measures => vec!["measure", "unit", "adds_up_over", "meaning"],
            TableFile::Calibration => crate::calibration::COLUMNS.to_vec(),
            TableFile::Effects => crate::effects::COLUMNS.to_vec(),
            TableFile::Bands => header(&BAND_NUMBERS).collect(),
        }
    }
}

/// Type and meaning of a column, whatever table it is in.
fn field(column: &'static str) -> Value {
    let (kind, meaning) = match column {
        "arm" => ("string", "name of the arm"),
        "measure" => (
            "string",
            "what is counted: measures.csv has its unit and meaning",
        ),
        "day" => ("date", "empty: summed over the window"),
        "market" => ("string", "where people live; empty: summed over"),
        "app" => (
            "string",
            "where something was shown; empty: summed over, or does not apply",
        ),
        "surface" => (
            "string",
            "where a chat was held; empty: summed over, or does not apply",
        ),
        "age" => ("string", "declared age; empty: summed over"),
        "topic" => (
            "string",
            "category, or class of a sensitive matter; empty: summed over, or does not apply",
        ),
        "source" => (
            "string",
            "what a thing shown goes back to: broad, behaviour, chat; empty: summed over, or does not apply",
        ),
        "bucket" => (
            "string",
            "whatever else the measure is told apart by; empty: summed over, or does not apply",
        ),
        "value" => ("number", "in the measure's unit; empty: undefined"),
        "std_error" => (
            "number",
            "standard error of sampling; empty: without sampling error",
        ),
        "base_value" => ("number", "value in the first arm"),
        "difference" => (
            "number",
            "value less base_value; std_error is that of the difference",
        ),
        "central" => ("number", "what the run itself found"),
        "p05" => ("number", "5 % of the draws are below"),
        "p25" => ("number", "25 % of the draws are below"),
        "p50" => ("number", "half of the draws are below"),
        "p75" => ("number", "75 % of the draws are below"),
        "p95" => ("number", "95 % of the draws are below"),
        "draws" => ("integer", "draws in which the number is defined"),
        "difference_central" => ("number", "as central, of the difference from the first arm"),
        "difference_p05" => ("number", "as p05, of the difference from the first arm"),
        "difference_p25" => ("number", "as p25, of the difference from the first arm"),
        "difference_p50" => ("number", "as p50, of the difference from the first arm"),
        "difference_p75" => ("number", "as p75, of the difference from the first arm"),
        "difference_p95" => ("number", "as p95, of the difference from the first arm"),
        "difference_draws" => ("integer", "as draws, of the difference from the first arm"),
        "unit" => ("string", "unit of the measure"),
        "adds_up_over" => ("string", "columns over which rows of one cut may be summed"),
        "meaning" => ("string", "what the measure is"),
        "id" => ("integer", "number of the row, as in data/calibration.csv"),
        "published" => ("number", "the published figure"),
        "simulated" => ("number", "the same of this run; empty: not known"),
        "deviation_percent" => ("number", "simulated over published, less one"),
        "tolerance_percent" => ("number", "by how much the two may differ"),
        "within" => ("string", "whether they do not differ by more"),
        _ => ("string", ""),
    };
    match meaning {
        "" => json!({ "name": column, "type": "any" }),
        _ => json!({ "name": column, "type": kind, "description": meaning }),
    }
}

/// Describes tables of a folder; `name` is that of the scenario, `title` its description.
///
/// # Errors
/// Whatever the writer says.
pub fn write_package(
    mut out: impl Write,
    [name, title]: [&str; 2],
    tables: &[TableFile],
) -> Result<(), OutcomeError> {
    let resource = |table: &TableFile| {
        let file = table.name();
        let fields: Vec<Value> = table.columns().into_iter().map(field).collect();
        json!({
            "name": file.trim_end_matches(".csv"),
            "path": file,
            "title": table.title(),
            "profile": "tabular-data-resource",
            "format": "csv",
            "mediatype": "text/csv",
            "encoding": "utf-8",
            "schema": { "fields": fields, "missingValues": [""] },
        })
    };
    let measure = |entry: &crate::measures::Entry| {
        let over: Vec<&str> = entry.adds_up_over.iter().map(|c| c.name()).collect();
        json!({
            "name": entry.measure,
            "unit": entry.unit,
            "description": entry.meaning,
            "adds_up_over": over,
        })
    };
    let package = json!({
        "profile": "tabular-data-package",
        "name": slug(name),
        "title": title,
        "keys": COLUMNS,
        "resources": tables.iter().map(resource).collect::<Vec<_>>(),
        "measures": dictionary().map(measure).collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut out, &package).map_err(std::io::Error::from)?;
    Ok(out.write_all(b"\n")?)
}

/// A name as packages may have it: small letters, digits, dots, dashes.
fn slug(name: &str) -> String {
    let lower = name.chars().flat_map(char::to_lowercase);
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || "._-".contains(c) {
            c
        } else {
            '-'
        }
    };
    lower.map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_every_table_is_described() {
        use TableFile::*;
        let all = [Outcomes, Differences, Measures, Calibration, Effects];
        let mut bytes = Vec::new();
        write_package(&mut bytes, ["t", "a title"], &all).unwrap();
        let package: Value = serde_json::from_slice(&bytes).unwrap();
        let resources = package["resources"].as_array().unwrap();
        assert_eq!(resources.len(), all.len());
        for resource in &resources[..2] {
            for field in resource["schema"]["fields"].as_array().unwrap() {
                assert!(field["description"].is_string(), "{field}");
            }
        }
        assert!(package["measures"].as_array().unwrap().len() > 50);
    }
}

//! `datapackage.json`: what the tables of a run's folder are, for programs (Frictionless Data, *Data Package* v1).

use std::io::Write;

use overheard_formats::{
    BAND_NUMBERS, COLUMNS, DIFFERENCE_NUMBERS, OUTCOME_NUMBERS, PairRow, header,
};
use serde_json::{Value, json};

use crate::error::OutcomeError;
use crate::measures::dictionary;

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    Integer,
    Date,
}

impl Kind {
    /// As *Table Schema* calls it.
    const fn name(self) -> &'static str {
        match self {
            Kind::Text => "string",
            Kind::Number => "number",
            Kind::Integer => "integer",
            Kind::Date => "date",
        }
    }
}

/// A table of a run's folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFile {
    Outcomes,
    Differences,
    Measures,
    Calibration,
    Effects,
    Bands,
    Pairs,
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
            TableFile::Pairs => "pairs.csv",
        }
    }

    /// The same without its ending.
    pub fn stem(self) -> &'static str {
        self.name().trim_end_matches(".csv")
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
            TableFile::Pairs => "Arms beside each other, over the same draws",
        }
    }

    /// Its columns, each with its type and meaning.
    pub(crate) fn fields(self) -> impl Iterator<Item = (&'static str, Kind, &'static str)> {
        self.columns().into_iter().map(move |column| {
            let (kind, meaning) = described(self, column);
            (column, kind, meaning)
        })
    }

    fn columns(self) -> Vec<&'static str> {
        match self {
            TableFile::Outcomes => header(&OUTCOME_NUMBERS).collect(),
            TableFile::Differences => header(&DIFFERENCE_NUMBERS).collect(),
            TableFile::Measures => vec!["measure", "unit", "adds_up_over", "meaning"],
            TableFile::Calibration => crate::calibration::COLUMNS.to_vec(),
            TableFile::Effects => crate::effects::COLUMNS.to_vec(),
            TableFile::Bands => header(&BAND_NUMBERS).collect(),
            TableFile::Pairs => PairRow::header().collect(),
        }
    }
}

/// Type and meaning of a column; most mean the same in every table.
fn described(table: TableFile, column: &str) -> (Kind, &'static str) {
    use Kind::{Date, Integer, Number, Text};
    let compared = matches!(table, TableFile::Calibration | TableFile::Effects);
    let paired = table == TableFile::Pairs;
    match column {
        "arm" => (Text, "name of the arm"),
        "measure" => (
            Text,
            "what is counted: measures.csv has its unit and meaning",
        ),
        "day" => (Date, "empty: summed over the window"),
        "market" => (Text, "where people live; empty: summed over"),
        "app" => (
            Text,
            "where something was shown; empty: summed over, or does not apply",
        ),
        "surface" => (
            Text,
            "where a chat was held; empty: summed over, or does not apply",
        ),
        "age" => (Text, "declared age; empty: summed over"),
        "topic" => (
            Text,
            "category, or class of a sensitive matter; empty: summed over, or does not apply",
        ),
        "source" if compared => (Text, "where it was published"),
        "source" => (
            Text,
            "what a thing shown goes back to: broad, behaviour, chat; empty: summed over, or does not apply",
        ),
        "bucket" => (
            Text,
            "whatever else the measure is told apart by; empty: summed over, or does not apply",
        ),
        "value" => (Number, "in the measure's unit; empty: undefined"),
        "std_error" => (
            Number,
            "standard error of sampling; empty: without sampling error",
        ),
        "base_value" => (Number, "value in the first arm"),
        "difference" => (
            Number,
            "value less base_value; std_error is that of the difference",
        ),
        "central" => (Number, "what the run itself found"),
        "p05" => (Number, "5 % of the draws are below"),
        "p25" => (Number, "25 % of the draws are below"),
        "p50" => (Number, "half of the draws are below"),
        "p75" => (Number, "75 % of the draws are below"),
        "p95" => (Number, "95 % of the draws are below"),
        "draws" => (Integer, "draws in which the number is defined"),
        "against" => (Text, "name of the arm that it is held against"),
        "difference_central" if paired => (Number, "what the run itself found of arm less against"),
        "difference_p05" if paired => (Number, "5 % of the draws of arm less against are below"),
        "difference_p25" if paired => (Number, "25 % of the draws of arm less against are below"),
        "difference_p50" if paired => (Number, "half of the draws of arm less against are below"),
        "difference_p75" if paired => (Number, "75 % of the draws of arm less against are below"),
        "difference_p95" if paired => (Number, "95 % of the draws of arm less against are below"),
        "difference_draws" if paired => (Integer, "draws in which arm less against is defined"),
        "ratio_central" => (Number, "what the run itself found of arm over against"),
        "ratio_p05" => (Number, "5 % of the draws of arm over against are below"),
        "ratio_p25" => (Number, "25 % of the draws of arm over against are below"),
        "ratio_p50" => (Number, "half of the draws of arm over against are below"),
        "ratio_p75" => (Number, "75 % of the draws of arm over against are below"),
        "ratio_p95" => (Number, "95 % of the draws of arm over against are below"),
        "ratio_draws" => (
            Integer,
            "draws in which arm over against is defined: against is not 0",
        ),
        "difference_central" => (Number, "as central, of the difference from the first arm"),
        "difference_p05" => (Number, "as p05, of the difference from the first arm"),
        "difference_p25" => (Number, "as p25, of the difference from the first arm"),
        "difference_p50" => (Number, "as p50, of the difference from the first arm"),
        "difference_p75" => (Number, "as p75, of the difference from the first arm"),
        "difference_p95" => (Number, "as p95, of the difference from the first arm"),
        "difference_draws" => (Integer, "as draws, of the difference from the first arm"),
        "unit" => (Text, "unit of the measure"),
        "adds_up_over" => (Text, "columns over which rows of one cut may be summed"),
        "meaning" => (Text, "what the measure is"),
        "id" => (Integer, "number of the row, as in data/calibration.csv"),
        "published" if table == TableFile::Effects => (Number, "published change of the ratio (%)"),
        "published" => (Number, "the published figure"),
        "simulated" => (Number, "the same of this run; empty: not known"),
        "deviation_percent" => (Number, "simulated over published, less one"),
        "tolerance_percent" => (Number, "by how much the two may differ"),
        "within" => (Text, "whether they do not differ by more"),
        "figure" => (Text, "what was published, with its unit"),
        "note" => (Text, "what to know when the two are compared"),
        "target" => (Text, "key of the published effect, as in data/targets.csv"),
        "set" => (Text, "the kind of platform it was measured on"),
        "kind" => (
            Text,
            "whose ads were counted, in the words of the publication",
        ),
        "what" => (Text, "treatment and ratio"),
        "published_low" => (Number, "lower end of the published interval; empty: none"),
        "published_high" => (Number, "upper end of the published interval; empty: none"),
        "inside" => (
            Text,
            "whether simulated is in the published interval; empty: there is none",
        ),
        "fitted" => (Text, "whether the knobs of its set were fitted to it"),
        _ => (Text, ""),
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
        let field = |(column, kind, meaning): (&str, Kind, &str)| json!({ "name": column, "type": kind.name(), "description": meaning });
        let fields: Vec<Value> = table.fields().map(field).collect();
        json!({
            "name": table.stem(),
            "path": table.name(),
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
        let all = [
            Outcomes,
            Differences,
            Measures,
            Calibration,
            Effects,
            Bands,
            Pairs,
        ];
        let mut bytes = Vec::new();
        write_package(&mut bytes, ["t", "a title"], &all).unwrap();
        let package: Value = serde_json::from_slice(&bytes).unwrap();
        let resources = package["resources"].as_array().unwrap();
        assert_eq!(resources.len(), all.len());
        for resource in resources {
            for field in resource["schema"]["fields"].as_array().unwrap() {
                assert_ne!(field["description"], "", "{field}");
            }
        }
        assert!(package["measures"].as_array().unwrap().len() > 50);
    }
}

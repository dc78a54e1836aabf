//! Points that somebody else laid: a table with a column for each unknown.

use overheard_formats::{TableError, TableText};
use overheard_scenario::{Law, Target};

use super::design::Plan;
use super::unknown::Unknown;

/// Columns of a `points.csv` that are no unknowns.
const BESIDE: [&str; 5] = ["draw", "block", "of", "state", "message"];

/// Why points could not be read.
#[derive(Debug, thiserror::Error)]
pub enum PointsError {
    /// The table is at fault.
    #[error("{0}")]
    Table(#[from] TableError),
    /// There is nothing to ask.
    #[error("there are no points: {0}")]
    Empty(&'static str),
    /// Two columns set the same value.
    #[error("the columns `{0}` and `{1}` set the same value")]
    Twice(String, String),
}

/// Reads points. An empty cell is as the scenario has it; a row without any value is left out. Knobs of whole numbers take the nearest
/// one. The `points.csv` of a sweep can be read again.
///
/// # Errors
/// A column that is no knob, a cell that is no number or that its knob does not take, each with its line.
pub fn read_points(bytes: &[u8], arms: &[String]) -> Result<Plan, PointsError> {
    let text = TableText::new("the file of points", bytes, 0);
    let header = header(bytes)?;
    let columns: Vec<&String> = header
        .iter()
        .filter(|c| !BESIDE.contains(&c.as_str()))
        .collect();
    let known = |column: &str| match BESIDE.contains(&column) {
        true => Ok(()),
        false => Target::parse(column, arms)
            .map(|_| ())
            .map_err(|fault| format!("column `{column}`: {}; {}", fault.message, fault.hint)),
    };
    // A column that is no knob is said with its line, below.
    let targets = columns.iter().map(|c| Target::parse(c, arms).ok());
    let targets: Vec<Option<Target>> = targets.collect();
    let mut rows: Vec<Vec<Option<f64>>> = Vec::new();
    text.each(&[], known, |record| {
        let mut values = Vec::with_capacity(columns.len());
        for (column, target) in columns.iter().zip(&targets) {
            let mut value = record.number(column)?;
            if let (Some(x), Some(target)) = (value, target) {
                let (low, high) = target.knob().limits();
                if !(low..=high).contains(&x) {
                    let expected = target.knob().expected();
                    return Err(record.fault(format!("{column}: {x} is not {expected}")));
                }
                value = Some(target.rounded(x));
            }
            values.push(value);
        }
        if values.iter().any(Option::is_some) {
            rows.push(values);
        }
        Ok(())
    })?;
    if columns.is_empty() {
        return Err(PointsError::Empty("no column names a knob"));
    }
    if rows.is_empty() {
        return Err(PointsError::Empty("no row has a value"));
    }
    let unknowns = unknowns(targets, &rows);
    for (i, one) in unknowns.iter().enumerate() {
        let mut before = unknowns[..i].iter();
        if let Some(other) = before.find(|other| other.target.overlaps(&one.target)) {
            let names = [other, one].map(|u| u.target.to_string());
            let [first, second] = names;
            return Err(PointsError::Twice(first, second));
        }
    }
    Ok(Plan::given(unknowns, rows))
}

fn header(bytes: &[u8]) -> Result<Vec<String>, TableError> {
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(bytes);
    Ok(reader.headers()?.iter().map(str::to_owned).collect())
}

/// What the columns are about; their ranges are those of the rows.
fn unknowns(targets: Vec<Option<Target>>, rows: &[Vec<Option<f64>>]) -> Vec<Unknown> {
    let one = |(i, target): (usize, Target)| {
        let values = rows.iter().filter_map(|row| row[i]);
        let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
            (low.min(x), high.max(x))
        });
        let law = Law::over(low, high);
        Unknown { target, law }
    };
    targets.into_iter().flatten().enumerate().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Block;

    fn read(text: &str) -> Result<Plan, PointsError> {
        read_points(text.as_bytes(), &["policy".to_owned()])
    }

    #[test]
    fn points_are_read_as_they_are_written() {
        let text = "draw,block,of,state,message,signals.chat_weight,policy:ads.alpha\n\
                    0,central,,done,,,\n1,sample,,done,,2,1.5\n2,sample,,failed,why,,2.5\n";
        let plan = read(text).unwrap();
        assert_eq!(plan.points.len(), 3);
        assert_eq!(plan.points[2].values, [None, Some(2.5)]);
        assert_eq!(plan.points[1].block, Block::Sample);
        assert_eq!(
            (plan.unknowns[1].law.low, plan.unknowns[1].law.high),
            (1.5, 2.5)
        );
    }

    /// What was asked is what was run.
    #[test]
    fn points_of_whole_numbers_are_whole() {
        let plan = read("signals.retention_days\n1.4\n1.6\n").unwrap();
        let values = plan.points[1..].iter().map(|point| point.values[0]);
        assert_eq!(values.collect::<Vec<_>>(), [Some(1.0), Some(2.0)]);
    }

    #[test]
    fn faults_name_line_and_column() {
        let check = |text: &str, parts: &[&str]| {
            let error = read(text).unwrap_err().to_string();
            for part in parts {
                assert!(error.contains(part), "{error}");
            }
        };
        check(
            "signals.chat_wieght\n1\n",
            &["line 1", "signals.chat_weight?"],
        );
        check(
            "signals.chat_weight\n1\n\n30\n",
            &["line 4", "0.5 to 10 (likes)"],
        );
        check(
            "signals.chat_weight\n1O\n",
            &["line 2", "`1O` is not a number"],
        );
        check("draw\n1\n", &["no column names a knob"]);
        check(
            "signals.chat_weight,ads.alpha\n,\n",
            &["no row has a value"],
        );
        check("ads.alpha,policy:ads.alpha\n2,2\n", &["set the same value"]);
    }
}

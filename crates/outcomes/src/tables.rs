//! `outcomes.csv` and `differences.csv`, written.

use std::io::Write;

use overheard_formats::{
    DIFFERENCE_NUMBERS, DifferenceRow, OUTCOME_NUMBERS, header, number, number_or_empty,
};

use crate::error::OutcomeError;
use crate::estimates::Estimates;

/// Writes `outcomes.csv`: `arm`, the key columns, `value`, `std_error`.
///
/// Every row of every cut is written, also where it is zero in all arms: the keys then do not depend on chance, and
/// runs can be paired row by row.
///
/// # Errors
/// Whatever the writer says.
pub fn write_outcomes(out: impl Write, estimates: &Estimates) -> Result<(), OutcomeError> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(header(&OUTCOME_NUMBERS))?;
    for row in estimates.rows() {
        let value = number(row.estimate.value);
        let error = number_or_empty(row.estimate.std_error());
        let key = row.key.fields();
        table.write_record(
            std::iter::once(row.arm)
                .chain(key)
                .chain([&*value, &*error]),
        )?;
    }
    table.flush()?;
    Ok(())
}

/// Every arm but the first against the first, row by row, with paired replicates: equal arms differ by exactly 0 ± 0.
/// Rows that only one of the two has are left out.
pub fn differences(estimates: &Estimates) -> impl Iterator<Item = DifferenceRow> {
    (1..estimates.arms().len()).flat_map(move |arm| {
        estimates
            .keys()
            .enumerate()
            .filter_map(move |(place, key)| {
                let (base, other) = (estimates.at(0, place)?, estimates.at(arm, place)?);
                let (difference, std_error) = other.difference(base);
                Some(DifferenceRow {
                    arm: estimates.arms()[arm].clone(),
                    key: key.clone(),
                    base_value: base.value,
                    value: other.value,
                    difference,
                    std_error,
                })
            })
    })
}

/// Writes `differences.csv`: `arm`, the key columns, `base_value`, `value`, `difference`, `std_error`.
///
/// # Errors
/// Whatever the writer says.
pub fn write_differences(
    out: impl Write,
    rows: impl IntoIterator<Item = DifferenceRow>,
) -> Result<(), OutcomeError> {
    let mut table = csv::Writer::from_writer(out);
    table.write_record(header(&DIFFERENCE_NUMBERS))?;
    for row in rows {
        let numbers = [row.base_value, row.value, row.difference].map(number);
        let error = number_or_empty(row.std_error);
        let numbers = numbers.iter().chain([&error]).map(String::as_str);
        table.write_record(
            std::iter::once(&*row.arm)
                .chain(row.key.fields())
                .chain(numbers),
        )?;
    }
    table.flush()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use overheard_formats::{read_differences, read_outcomes};

    use super::*;
    use crate::fixtures::estimates;

    fn written() -> (String, String) {
        let (mut outcomes, mut table) = (Vec::new(), Vec::new());
        write_outcomes(&mut outcomes, &estimates()).unwrap();
        write_differences(&mut table, differences(&estimates())).unwrap();
        (
            String::from_utf8(outcomes).unwrap(),
            String::from_utf8(table).unwrap(),
        )
    }

    #[test]
    fn headers_are_as_published() {
        let (outcomes, table) = written();
        assert!(outcomes.starts_with(
            "arm,measure,day,market,app,surface,age,topic,source,bucket,value,std_error\n\
             base,people,,,,,,,,,"
        ));
        assert!(table.starts_with(
            "arm,measure,day,market,app,surface,age,topic,source,bucket,base_value,value,difference,std_error\n"
        ));
    }

    #[test]
    fn tables_read_back() {
        let (outcomes, table) = written();
        let estimates = estimates();
        let rows = read_outcomes(outcomes.as_bytes()).unwrap();
        assert_eq!(rows.len(), estimates.rows().count());
        for (read, row) in rows.iter().zip(estimates.rows()) {
            assert_eq!((&*read.arm, &read.key), (row.arm, row.key));
            assert_eq!(number(read.value), number(row.estimate.value));
        }
        let differences = read_differences(table.as_bytes()).unwrap();
        assert!(differences.iter().all(|d| d.arm != "base"));
    }

    #[test]
    fn an_arm_that_equals_the_first_differs_by_exactly_nothing() {
        let twin: Vec<_> = differences(&estimates())
            .filter(|d| d.arm == "twin")
            .collect();
        assert!(twin.len() > 10_000);
        for row in twin {
            let defined = row.value.is_finite();
            assert!(!defined || row.difference == 0.0, "{}", row.key);
            let path = ["pacing", "budget_bound_share"].contains(&row.key.measure());
            assert_eq!(
                row.std_error,
                (defined && !path).then_some(0.0),
                "{}",
                row.key
            );
        }
    }
}

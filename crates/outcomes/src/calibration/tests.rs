use overheard_formats::{Column, Key};

use super::*;
use crate::fixtures::{estimates, frame};

fn rows() -> Vec<CalibrationRow> {
    calibration(CalibrationInputs {
        estimates: &estimates(),
        strata: &frame(&["base"]).strata,
        undeclared_minors: &[0.0, 0.0, 0.25],
        adoption: &[400.0, 510.0, 600.0, 693.0, 1000.0],
    })
    .unwrap()
}

fn row(id: u32) -> CalibrationRow {
    rows().into_iter().find(|r| r.id == id).unwrap()
}

#[test]
fn every_figure_is_computed_and_has_a_source() {
    let rows = rows();
    assert_eq!(
        rows.iter().map(|r| r.id).collect::<Vec<_>>(),
        (1..=35).collect::<Vec<_>>()
    );
    for row in rows {
        // The fixture's categories are not those of the taxonomy.
        assert_eq!(row.simulated.is_none(), row.id == 29, "{}", row.figure);
        assert!(row.published > 0.0 && row.tolerance_percent > 0.0);
        let place = if row.id == 35 {
            "data/calibration.csv"
        } else {
            "http"
        };
        assert!(row.source.contains(place), "{}", row.source);
    }
}

#[test]
fn figures_are_what_they_are_called() {
    let estimates = estimates();
    let get = |key: Key| estimates.get(0, &key).unwrap().value;
    let near = |id: u32, expected: f64| {
        let simulated = row(id).simulated.unwrap();
        assert!(
            (simulated / expected - 1.0).abs() < 1e-9,
            "{id}: {simulated} for {expected}"
        );
    };
    near(1, 11.0);
    let day = |d: &str| get(Key::of("people_active").with(Column::Day, d.to_owned()));
    let active_days: f64 = estimates.days().iter().map(|d| day(d)).sum();
    near(5, active_days / 31.0 / 1e9);
    near(22, get(Key::of("ad_spend_usd")) / active_days);
    let europe: f64 = ["eu", "uk", "other-europe"]
        .map(|m| get(Key::of("ad_spend_usd").with(Column::Market, m)))
        .iter()
        .sum();
    near(24, europe / 1e6);
    near(
        27,
        100.0 * get(Key::of("ad_clicks")) / get(Key::of("ad_impressions")),
    );
    let week = |w| get(Key::of("people_chatting").with(Column::Bucket, w));
    let weeks = ["week-1", "week-2", "week-3", "week-4"]
        .map(week)
        .iter()
        .sum::<f64>()
        / 4.0;
    near(3, weeks / 11e6);
    // Of the market's users, those of the first band and a quarter of the second are minors.
    let strata = frame(&["base"]).strata;
    let minors = (strata[0].represented + strata[2].represented / 4.0) / 1e6;
    near(31, 100.0 * minors / 23.8);
    near(32, 100.0 * (1.0 - minors) / 300.4);
}

#[test]
fn deviations_are_judged() {
    let adoption = row(4);
    assert!((adoption.deviation_percent.unwrap() - 2.0).abs() < 1e-9);
    assert_eq!(adoption.within(), Some(true));
    assert_eq!(row(1).within(), Some(false));
    assert_eq!(row(29).within(), None);
    assert_eq!(row(23).published, 8326.0);
}

#[test]
fn the_table_has_the_published_columns() {
    let mut table = Vec::new();
    write_calibration(&mut table, &rows()).unwrap();
    let text = String::from_utf8(table).unwrap();
    assert!(text.starts_with(
        "id,figure,published,simulated,tolerance_percent,source,deviation_percent,within,note\n\
         1,monthly users of Meta AI [million],1000.0,11.0,1.0,"
    ));
    assert_eq!(adoption_dates().unwrap().len(), 5);
}

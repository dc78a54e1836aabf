use overheard_formats::{BAND_NUMBERS, Band, BandRow, Column, Key, header};

use super::folder::headlines;
use super::*;

/// A sweep of two unknowns over three days, as its tables tell it.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut bands = csv::Writer::from_path(folder.path().join("bands.csv")).unwrap();
    bands.write_record(header(&BAND_NUMBERS)).unwrap();
    let band = |scale: f64| Band {
        central: 1.2e8 * scale,
        quantiles: Some([0.3e8, 0.7e8, 1.1e8, 2e8, 6e8].map(|x| scale * x)),
        draws: 64,
    };
    let mut push = |arm: &str, key: Key, scale: f64| {
        let row = BandRow {
            arm: arm.to_owned(),
            key,
            value: band(scale),
            difference: (arm == "policy").then(|| band(scale)),
        };
        bands.write_record(row.fields()).unwrap();
    };
    for headline in headlines() {
        push("no-policy", headline.key.clone(), 0.0);
        push("policy", headline.key, 1.0);
    }
    for (day, scale) in [
        ("2025-12-15", 0.0),
        ("2025-12-16", 0.1),
        ("2025-12-17", 0.2),
    ] {
        let key = Key::of("ad_impressions").with(Column::Source, "chat");
        push("policy", key.with(Column::Day, day), scale);
    }
    bands.flush().unwrap();
    let mut table = String::from(
        "arm,measure,day,market,app,surface,age,topic,source,bucket,of,knob,draws,rank_correlation,partial_rank_correlation,\
         at_low,at_high,first,first_low,first_high,total,total_low,total_high\n",
    );
    for (knob, low, high) in [
        ("signals.chat_weight", 0.5e8, 3e8),
        ("ads.alpha", 1.2e8, 0.9e8),
    ] {
        table += &format!(
            "policy,ad_impressions,,,,,,,chat,,value,{knob},64,0.5,0.71,{low},{high},,,,0.4,0.3,0.5\n\
             policy,ad_clicks,,,,,,,,,difference,{knob},64,-0.5,,{low},{high},,,,,,\n"
        );
    }
    fs_err::write(folder.path().join("sensitivity.csv"), table).unwrap();
    folder
}

fn manifest() -> SweepManifest {
    SweepManifest {
        arms: vec!["no-policy".to_owned(), "policy".to_owned()],
        draws: 64,
        threads: 2,
        ..SweepManifest::default()
    }
}

#[test]
fn charts_are_drawn_of_what_the_tables_have() {
    let folder = folder();
    let paths = write_sweep_with(folder.path(), manifest()).unwrap();
    let names: Vec<String> = paths
        .iter()
        .filter(|path| path.extension().is_some_and(|e| e == "svg"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(
        names,
        [
            "bands-by-day",
            "bands",
            "tornado-chat-ads",
            "tornado-net-clicks"
        ]
    );
    let text = |name: &str| {
        fs_err::read_to_string(folder.path().join(format!("charts/{name}.svg"))).unwrap()
    };
    let tornado = text("tornado-chat-ads");
    let place = |knob: &str| tornado.find(knob).unwrap();
    assert!(
        place("signals.chat_weight") < place("ads.alpha"),
        "those that pull most come first"
    );
    assert!(!tornado.contains("ads.kappa"));
    assert!(tornado.contains("+0.50, partial +0.71, total index 0.40"));
    assert!(text("tornado-net-clicks").contains("−0.50"));
}

#[test]
fn a_table_that_is_none_is_an_error_with_its_line() {
    let folder = folder();
    let path = folder.path().join("bands.csv");
    let text = fs_err::read_to_string(&path).unwrap();
    fs_err::write(&path, text.replacen("64", "many", 1)).unwrap();
    let error = write_sweep_with(folder.path(), manifest()).unwrap_err();
    assert!(error.to_string().contains("bands.csv: line 2"), "{error}");
}

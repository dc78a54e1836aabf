//! Laws every chart keeps, whatever its data.

use proptest::prelude::*;

use crate::*;

/// Every kind of plot over the same values and names.
fn every_plot(names: &[String], values: &[Vec<Option<Estimate>>]) -> Vec<Plot> {
    let series = || -> Vec<Series> {
        let one = |(i, v): (usize, &Vec<Option<Estimate>>)| Series {
            dashed: i % 2 == 1,
            ..Series::solid(format!("series {i}"), palette::series(i), v.clone())
        };
        values.iter().enumerate().map(one).collect()
    };
    let rows = |shape, signed| {
        Plot::Rows(Rows {
            categories: names
                .iter()
                .map(|n| Category {
                    note: Some(format!("note on {n}")),
                    heading: n.starts_with('3').then(|| format!("from {n}")),
                    ..Category::from(n.as_str())
                })
                .collect(),
            x_title: "deviation, in units of its tolerance".into(),
            unit: Unit::Usd,
            shape,
            signed,
            series: series(),
            band: Some(Band {
                low: -1.0,
                high: 1.0,
                label: "within tolerance".into(),
            }),
            reach: 0.0,
            clip: signed.then_some(3.0),
            logarithmic: false,
        })
    };
    let decades = Plot::Rows(Rows {
        categories: names.iter().map(|n| n.as_str().into()).collect(),
        unit: Unit::PerMille,
        logarithmic: true,
        series: series(),
        ..Rows::default()
    });
    let columns = |stacked| {
        Plot::Columns(Columns {
            categories: names.to_vec(),
            x_title: "ads per person".into(),
            y_title: "share of people [%]".into(),
            unit: Unit::Percent,
            series: series(),
            stacked,
        })
    };
    vec![
        Plot::Lines(Lines {
            steps: names.to_vec(),
            y_title: "share of ad impressions [%]".into(),
            unit: Unit::Percent,
            series: series(),
            marker: Some(Marker {
                at: names.len() / 2,
                label: "policy in force".into(),
            }),
        }),
        columns(false),
        columns(true),
        rows(Shape::Grouped, false),
        rows(Shape::Stacked, false),
        rows(Shape::Dots, true),
        decades,
        Plot::Matrix(Matrix {
            row_title: "chat held in".into(),
            column_title: "ad shown in".into(),
            rows: names.to_vec(),
            columns: names.iter().take(4).cloned().collect(),
            unit: Unit::Count,
            reach: 0.0,
            cells: values
                .iter()
                .map(|v| v.iter().take(4).map(|e| e.map(|e| e.value)).collect())
                .collect(),
        }),
    ]
}

fn chart(names: &[String], values: &[Vec<Option<Estimate>>]) -> Chart {
    Chart {
        title: "What people say to the assistant, and the ads they see: a long title that needs more than one line of text".into(),
        subtitle: "Shares of all ad impressions with 95 % intervals".into(),
        panels: every_plot(names, values)
            .into_iter()
            .map(|p| Panel::headed("A panel", p))
            .collect(),
        note: "Not drawn, as there would be too many: this, that".into(),
        caption: "december-16 · 1 000 000 people · seed 42".into(),
        columns: 1,
    }
}

fn check_layout(chart: &Chart, width: u32) {
    let layout = chart.layout(width);
    for (i, a) in layout.texts.iter().enumerate() {
        let f = a.frame;
        assert!(
            f.left >= 0.0 && f.top >= 0.0 && f.right <= layout.width && f.bottom <= layout.height,
            "{a:?} leaves the page of {} × {}",
            layout.width,
            layout.height
        );
        for b in &layout.texts[i + 1..] {
            assert!(!f.overlaps(&b.frame), "{a:?} overlaps {b:?}");
        }
    }
    for legend in &layout.legends {
        let covered = layout.plots.iter().any(|p| p.overlaps(legend));
        assert!(!covered, "the legend covers a plot");
    }
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("{} Dec", i + 1)).collect()
}

fn some(values: &[f64]) -> Vec<Option<Estimate>> {
    values
        .iter()
        .map(|v| Some(Estimate::new(*v, v.abs() / 5.0)))
        .collect()
}

#[test]
fn text_never_overlaps_nor_leaves_the_page() {
    let long = |n: usize| -> Vec<String> {
        (0..n)
            .map(|i| format!("a market with quite a long name, number {i}"))
            .collect()
    };
    let data: [&[f64]; 6] = [
        &[],
        &[1.0],
        &[0.0; 5],
        &[1e12, 3.0, 2e-9, 5e8, 0.0],
        &[-1.0, 2.0, -3.5, 0.001, 4e3],
        &[1e300, -1e300, 1e-300],
    ];
    for values in data {
        for names in [names(values.len()), long(values.len())] {
            let chart = chart(&names, &[some(values), some(values), some(values)]);
            for width in [420, 600, WIDTH] {
                check_layout(&chart, width);
                for columns in [2, 3] {
                    let chart = Chart {
                        columns,
                        ..chart.clone()
                    };
                    check_layout(&chart, width);
                }
            }
        }
    }
    let month: Vec<f64> = (0..120).map(|i| f64::from(i) * 0.01).collect();
    check_layout(&chart(&names(120), &[some(&month)]), WIDTH);
    check_layout(&Chart::default(), WIDTH);
    check_layout(&chart(&names(3), &[]), 600);
}

#[test]
fn svg_is_xml_and_keeps_every_text() {
    let hostile = "<script>alert(\"1\" & '2')</script> \u{0} ]]>";
    let mut chart = chart(&names(5), &[some(&[1.0, 2.0, 3.0, 4.0, 5.0])]);
    chart.title = hostile.into();
    chart.caption = hostile.into();
    let svg = chart.svg().unwrap();
    let document = roxmltree::Document::parse(&svg).unwrap();
    assert!(
        document
            .descendants()
            .all(|n| n.tag_name().name() != "script")
    );
    assert_eq!(
        document.root_element().attribute("width").unwrap(),
        WIDTH.to_string()
    );
    let drawn = document
        .descendants()
        .filter(|n| n.tag_name().name() == "text")
        .count();
    assert_eq!(drawn, chart.layout(WIDTH).texts.len());
    for fragment in [420, 600] {
        roxmltree::Document::parse(&chart.svg_fragment(fragment).unwrap()).unwrap();
    }
}

#[test]
fn same_chart_same_bytes() {
    let make = || chart(&names(4), &[some(&[1.0, 2.0, 3.0, 4.0])]);
    assert_eq!(make().svg().unwrap(), make().svg().unwrap());
    assert_eq!(make().png().unwrap(), make().png().unwrap());
}

#[test]
fn png_is_as_wide_as_promised_and_not_blank() {
    let mut chart = chart(&names(3), &[some(&[1.0, -2.0, 3.0])]);
    chart.panels.truncate(1);
    let bytes = chart.png().unwrap();
    let mut reader = ::png::Decoder::new(std::io::Cursor::new(bytes))
        .read_info()
        .unwrap();
    let mut pixels = vec![0; reader.output_buffer_size()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(info.width, WIDTH);
    assert_eq!(f64::from(info.height), chart.layout(WIDTH).height);
    let dark = pixels.chunks_exact(3).filter(|p| p.iter().all(|c| *c < 90));
    assert!(dark.count() > 1000, "text was drawn");
}

#[test]
fn values_that_are_no_numbers_are_gaps() {
    let odd = [f64::NAN, f64::INFINITY, 1.0, f64::NEG_INFINITY, 2.0];
    let values: Vec<_> = odd.iter().map(|v| Some(Estimate::exact(*v))).collect();
    let chart = chart(&names(5), &[values]);
    check_layout(&chart, WIDTH);
    let svg = chart.svg().unwrap();
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn any_data_lays_out(
        values in prop::collection::vec(prop::option::of((-1e9f64..1e9, 0f64..1e8)), 0..34),
        series in 1usize..5,
        power in -12i32..12,
        words in "\\PC{0,40}",
        width in prop::sample::select(vec![420u32, 640, WIDTH]),
        columns in 0usize..5,
    ) {
        let scale = 10f64.powi(power);
        let values: Vec<_> = values
            .iter()
            .map(|v| v.map(|(v, e)| Estimate::new(v * scale, e * scale)))
            .collect();
        let names: Vec<String> = (0..values.len()).map(|i| format!("{words} {i}")).collect();
        let chart = chart(&names, &vec![values; series]);
        check_layout(&Chart { columns, ..chart }, width);
    }
}

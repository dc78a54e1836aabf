//! Laws every chart keeps, whatever its data.

use proptest::prelude::*;

use crate::*;

/// Every kind of plot over the same values and names.
fn every_plot(names: &[String], values: &[Vec<Option<Estimate>>]) -> Vec<Plot> {
    let series = || -> Vec<Series> {
        let one = |(i, v): (usize, &Vec<Option<Estimate>>)| Series {
            dash: Dash::ALL[i % 4],
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
            reach: 0.0,
        })
    };
    vec![
        Plot::Lines(Lines {
            steps: names.to_vec(),
            keys: Vec::new(),
            x_title: "day".into(),
            curve: false,
            y_title: "share of ad impressions [%]".into(),
            unit: Unit::Percent,
            series: series(),
            reach: 0.0,
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
        rows(Shape::Steps, true),
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
        scatter(values, false),
        scatter(values, true),
    ]
}

fn scatter(values: &[Vec<Option<Estimate>>], x_logarithmic: bool) -> Plot {
    let cloud = |(i, values): (usize, &Vec<Option<Estimate>>)| Cloud {
        label: format!("dots {i}"),
        colour: palette::series(i),
        dots: values.iter().flatten().map(|e| [e.low, e.value]).collect(),
    };
    Plot::Scatter(Scatter {
        x_title: "ads.value_per_mille.latin-america".into(),
        x_unit: Unit::Plain,
        x_logarithmic,
        y_title: "ads that go back to chats".into(),
        y_unit: Unit::Count,
        clouds: values.iter().enumerate().map(cloud).collect(),
    })
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
    let svg = chart.svg(Look::default()).unwrap();
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
        roxmltree::Document::parse(&chart.svg_fragment(fragment, "a").unwrap()).unwrap();
    }
}

#[test]
fn same_chart_same_bytes() {
    let make = || chart(&names(4), &[some(&[1.0, 2.0, 3.0, 4.0])]);
    assert_eq!(
        make().svg(Look::default()).unwrap(),
        make().svg(Look::default()).unwrap()
    );
    assert_eq!(
        make().png(Look::default()).unwrap(),
        make().png(Look::default()).unwrap()
    );
}

/// No colour of a light page is left on a dark one, and nothing else is different.
#[test]
fn a_dark_chart_is_the_light_one_in_other_colours() {
    let dark = Look {
        theme: Theme::Dark,
        ..Look::default()
    };
    let pairs = palette::on_dark();
    let of_both = |colour: &palette::Colour| pairs.iter().any(|(_, dark)| dark == colour);
    for plot in every_plot(&names(5), &[some(&[1.0, -2.0, 3.0, 4.0, 5.0])]) {
        let chart = plain(plot);
        let [on_light, mut on_dark] = [Look::default(), dark].map(|look| chart.svg(look).unwrap());
        for (light, _) in pairs.iter().filter(|(light, _)| !of_both(light)) {
            assert!(!on_dark.contains(&light.hex()), "{light:?} on a dark page");
        }
        assert!(on_dark != on_light);
        let mut light = on_light;
        for (a, b) in &pairs {
            light = light.replace(&a.hex(), "C");
            on_dark = on_dark.replace(&b.hex(), "C");
        }
        assert_eq!(light, on_dark);
    }
}

#[test]
fn png_is_as_wide_as_promised_and_not_blank() {
    let mut chart = chart(&names(3), &[some(&[1.0, -2.0, 3.0])]);
    chart.panels.truncate(1);
    let bytes = chart.png(Look::default()).unwrap();
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
    let svg = chart.svg(Look::default()).unwrap();
    assert!(!svg.contains("NaN") && !svg.contains("inf"));
}

/// A chart of one plot and nothing else.
fn plain(plot: Plot) -> Chart {
    Chart {
        panels: vec![Panel::of(plot)],
        ..Chart::default()
    }
}

fn texts(chart: &Chart, width: u32) -> Vec<String> {
    let texts = chart.layout(width).texts.into_iter();
    texts.map(|t| t.text).collect()
}

#[test]
fn the_first_28_lines_are_told_apart() {
    let styles: std::collections::BTreeSet<String> = (0..28)
        .map(|i| {
            let (colour, dash) = palette::style(i);
            format!("{} {dash:?}", colour.hex())
        })
        .collect();
    assert_eq!(styles.len(), 28);
    for i in 0..28 {
        let (a, b) = (palette::style(i), palette::style(i + 1));
        assert!(a.0 != b.0 && a.1 != b.1, "neighbours differ in both");
    }
}

#[test]
fn axes_of_what_is_counted_end_at_zero() {
    // As many people as their error: the interval would reach below nobody.
    let wide: Vec<_> = [1e6, 2e5].map(|v| Some(Estimate::new(v, 1.2 * v))).into();
    let series = || vec![Series::solid("people", palette::BLUE, wide.clone())];
    let rows = |signed| {
        Plot::Rows(Rows {
            categories: names(2).into_iter().map(Category::from).collect(),
            series: series(),
            signed,
            ..Rows::default()
        })
    };
    let lines = Plot::Lines(Lines {
        steps: names(2),
        series: series(),
        ..Lines::default()
    });
    let columns = Plot::Columns(Columns {
        categories: names(2),
        series: series(),
        ..Columns::default()
    });
    let below = |plot| {
        let texts = texts(&plain(plot), WIDTH);
        texts.iter().any(|t| t.starts_with('−'))
    };
    assert!(!below(rows(false)) && !below(lines) && !below(columns));
    assert!(below(rows(true)), "differences may lie on either side");
}

#[test]
fn lines_step_up_where_they_leave_zero() {
    let mut values = vec![Some(Estimate::exact(0.0)); 3];
    values.extend(some(&[4.0, 5.0]));
    let chart = plain(Plot::Lines(Lines {
        steps: names(5),
        series: vec![Series::solid("share", palette::BLUE, values)],
        ..Lines::default()
    }));
    let scene = layout::lay_out(&chart, 1200.0);
    let ours = scene.marks.iter().filter_map(|mark| match mark {
        scene::Mark::Path { points, colour, .. } if *colour == palette::BLUE => Some(points),
        scene::Mark::Area { points, .. } => Some(points),
        _ => None,
    });
    let mut drawn = 0;
    for points in ours.filter(|p| p.len() > 2) {
        drawn += 1;
        let zero = points[0].1;
        let first_above = points.iter().position(|p| p.1 < zero).unwrap();
        assert_eq!(
            points[first_above - 1],
            (points[first_above].0, zero),
            "upright, on the day it begins: {points:?}"
        );
    }
    assert_eq!(drawn, 2, "line and band");
}

#[test]
fn curves_rise_from_where_they_begin_and_say_along_what() {
    let mut values = vec![Some(Estimate::exact(0.0))];
    values.extend(some(&[4.0, 5.0]));
    let chart = plain(Plot::Lines(Lines {
        steps: names(3),
        x_title: "part of people".into(),
        curve: true,
        series: vec![Series::solid("share", palette::BLUE, values)],
        ..Lines::default()
    }));
    for width in [420, WIDTH] {
        check_layout(&chart, width);
        assert!(texts(&chart, width).contains(&"part of people".to_owned()));
    }
    let scene = layout::lay_out(&chart, 1200.0);
    let line = scene.marks.iter().find_map(|mark| match mark {
        scene::Mark::Path { points, colour, .. } if *colour == palette::BLUE => Some(points),
        _ => None,
    });
    // The curve itself, or its sample in the legend.
    let across: Vec<f64> = line.unwrap().iter().map(|p| p.0).collect();
    assert!(across.is_sorted_by(|a, b| a < b), "no step up: {across:?}");
}

#[test]
fn the_year_stands_below_the_days_where_it_changes() {
    let steps = |from: usize, to: usize| -> Vec<String> {
        let day = |i: usize| match i {
            0..31 => format!("{} Dec\n2025", i + 1),
            _ => format!("{} Jan\n2026", i - 30),
        };
        (from..to).map(day).collect()
    };
    let shown = |steps: Vec<String>, width| {
        let series = vec![Series::solid(
            "share",
            palette::BLUE,
            some(&vec![1.0; steps.len()]),
        )];
        let chart = plain(Plot::Lines(Lines {
            steps,
            series,
            ..Lines::default()
        }));
        check_layout(&chart, width);
        let mut texts = texts(&chart, width);
        texts.retain(|t| ["2025", "2026"].contains(&t.as_str()));
        texts
    };
    for width in [420, WIDTH] {
        assert_eq!(shown(steps(10, 60), width), ["2025", "2026"]);
        assert_eq!(shown(steps(29, 33), width), ["2025", "2026"]);
        assert_eq!(shown(steps(0, 20), width), ["2025"]);
    }
}

#[test]
fn no_word_is_cut_where_there_is_room_below() {
    let name =
        |i: usize| format!("arm-{i:02}-a-very-long-name-that-says-everything-about-the-count");
    let list = |n| (0..n).map(name).collect::<Vec<_>>().join(", ");
    let entry = format!(
        "{}: {}",
        name(1),
        "attributed to chats of long ago ".repeat(4)
    );
    let mut chart = plain(Plot::Matrix(Matrix {
        rows: (0..12)
            .map(|i| format!("arm-{i:02}-long-enough-for-two-lines"))
            .collect(),
        columns: ["philosophical beliefs", "racial or ethnic origin"]
            .repeat(7)
            .iter()
            .map(|s| (*s).into())
            .collect(),
        cells: vec![vec![Some(12.3); 14]; 12],
        unit: Unit::Percent,
        ..Matrix::default()
    }));
    chart.panels.push(Panel::of(Plot::Lines(Lines {
        steps: names(5),
        series: vec![Series::nth(1, entry.clone(), some(&[1.0; 5]))],
        ..Lines::default()
    })));
    chart.subtitle = format!("Not drawn: those who saw none, in {}", list(12));
    chart.note = list(32);
    chart.caption = list(5);
    for width in [560, WIDTH] {
        check_layout(&chart, width);
        let texts = texts(&chart, width);
        assert!(!texts.iter().any(|t| t.contains('…')), "{texts:?}");
        let letters = |s: &str| s.split_whitespace().collect::<String>();
        let all = letters(&texts.concat());
        for text in [&chart.subtitle, &chart.note, &chart.caption, &entry] {
            assert!(all.contains(&letters(text)), "{text}");
        }
    }
}

#[test]
fn small_panels_stand_side_by_side_where_there_is_room() {
    let panel = |i: usize| {
        let plot = Plot::Lines(Lines {
            steps: names(31),
            unit: Unit::Percent,
            series: vec![Series::solid("share", palette::BLUE, some(&[0.01; 31]))],
            ..Lines::default()
        });
        let long = if i == 4 {
            " with a much longer name than the others"
        } else {
            ""
        };
        Panel::headed(format!("arm {i}{long}"), plot)
    };
    let chart = Chart {
        panels: (0..12).map(panel).collect(),
        columns: 3,
        ..Chart::default()
    };
    let rows = |width| {
        let plots = chart.layout(width).plots;
        let mut tops: Vec<f64> = plots.iter().map(|p| p.top).collect();
        tops.dedup();
        tops.len()
    };
    assert_eq!((rows(WIDTH), rows(560), rows(400)), (4, 6, 12));
    let (wide, alone) = (
        chart.layout(WIDTH).height,
        Chart {
            columns: 1,
            ..chart
        }
        .layout(WIDTH)
        .height,
    );
    assert!(wide < 1500.0 && alone > 3.0 * wide, "{wide} {alone}");
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

#[test]
fn every_colour_that_is_drawn_has_one_on_a_dark_page() {
    let known: Vec<String> = palette::on_dark().iter().map(|(c, _)| c.hex()).collect();
    let values: Vec<Vec<Option<Estimate>>> = (0..14)
        .map(|i| some(&[0.0, 0.3, 1.0, f64::from(i), 40.0]))
        .collect();
    let svg = chart(&names(5), &values).svg_fragment(WIDTH, "a").unwrap();
    let document = roxmltree::Document::parse(&svg).unwrap();
    let mut seen = 0;
    for node in document.descendants() {
        for colour in ["fill", "stroke"].map(|name| node.attribute(name)) {
            let Some(colour) = colour.filter(|c| *c != "none") else {
                continue;
            };
            seen += 1;
            assert!(known.iter().any(|k| k == colour), "{node:?}");
        }
    }
    assert!(seen > 200, "{seen}");
}

#[test]
fn data_has_every_number_once_and_says_where_it_belongs() {
    let chart = chart(&names(4), &[some(&[1.0, -2.0, 3.0, 5.0]), some(&[0.5])]);
    let data = chart.data();
    // Eight plots of five numbers each, a matrix of as many, and dots, one of which has no logarithm.
    assert_eq!(data.len(), 9 * 5 + 5 + 4);
    assert_eq!(data[9 * 5].group, "ads.value_per_mille.latin-america");
    for panel in [0, 8] {
        let first = &data[panel * 5];
        assert_eq!((first.value, first.category.as_str()), (1.0, "1 Dec"));
    }
    // Where nothing lies below zero, no interval does; of differences it may.
    let at = |value: f64| data.iter().filter(move |d| d.value == value);
    assert!(at(-2.0).any(|d| d.interval == Some((-2.4, -1.6))));
    let headed = data.iter().filter(|d| d.group == "from 3 Dec");
    assert_eq!(
        headed.count(),
        4 * 2,
        "rows from the third on, in four plots"
    );

    let dated = plain(Plot::Lines(Lines {
        steps: vec!["1 Dec\n2025".into(), "2 Dec\n2025".into()],
        keys: vec!["2025-12-01".into(), "2025-12-02".into()],
        unit: Unit::Percent,
        series: vec![Series::solid("share", palette::BLUE, some(&[4.0, 5.0]))],
        ..Lines::default()
    }));
    assert_eq!(dated.data()[1].category, "2025-12-02");
    let space = '\u{202f}';
    assert_eq!(
        dated.described(),
        format!("share: 4{space}% (2025-12-01) to 5{space}% (2025-12-02).")
    );
    assert_eq!(Chart::default().described(), "No data.");
}

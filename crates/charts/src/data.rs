//! The numbers of a chart, one a row, for those who would rather have a table.

use crate::chart::{Chart, Estimate, Matrix, Plot, Scatter, Series};
use crate::unit::Unit;

/// One number of a chart. A text that does not apply is empty.
#[derive(Debug, Clone, PartialEq)]
pub struct Datum {
    /// Heading of its panel.
    pub panel: String,
    /// Heading of the rows that its category is one of; of a dot, the title of the axis to the right.
    pub group: String,
    /// Its step, bar or row; of a matrix, the row; of a dot, its number on the axis to the right.
    pub category: String,
    /// Its line or colour; of a matrix, the column.
    pub series: String,
    /// Title of the axis it is read from.
    pub measure: String,
    /// What it counts.
    pub unit: Unit,
    /// The number itself, also where it is drawn at the edge.
    pub value: f64,
    /// The ends of its interval as drawn, where there is one.
    pub interval: Option<(f64, f64)>,
}

impl Chart {
    /// All its numbers, panel by panel, and in each by category.
    pub fn data(&self) -> Vec<Datum> {
        let mut data = Vec::new();
        for panel in &self.panels {
            let from = data.len();
            match &panel.plot {
                Plot::Lines(plot) => {
                    let names = if plot.keys.is_empty() {
                        &plot.steps
                    } else {
                        &plot.keys
                    };
                    let names = names.iter().map(|n| (n.replace('\n', " "), String::new()));
                    let axis = (plot.y_title.as_str(), plot.unit, false);
                    by_category(&mut data, names, &plot.series, axis);
                }
                Plot::Columns(plot) => {
                    let names = plot.categories.iter().map(|n| (n.clone(), String::new()));
                    let axis = (plot.y_title.as_str(), plot.unit, false);
                    by_category(&mut data, names, &plot.series, axis);
                }
                Plot::Rows(plot) => {
                    let mut group = String::new();
                    let names = plot.categories.iter().map(|c| {
                        if let Some(heading) = &c.heading {
                            group.clone_from(heading);
                        }
                        (c.label.clone(), group.clone())
                    });
                    let axis = (plot.x_title.as_str(), plot.unit, plot.signed);
                    by_category(&mut data, names, &plot.series, axis);
                }
                Plot::Matrix(plot) => cells(&mut data, plot),
                Plot::Scatter(plot) => dots(&mut data, plot),
            }
            let heading = panel.heading.clone().unwrap_or_default();
            for datum in &mut data[from..] {
                datum.panel.clone_from(&heading);
            }
        }
        data
    }
}

fn by_category(
    data: &mut Vec<Datum>,
    names: impl Iterator<Item = (String, String)>,
    all: &[Series],
    (measure, unit, signed): (&str, Unit, bool),
) {
    for (i, (category, group)) in names.enumerate() {
        for series in all {
            let Some(estimate) = series.at(i) else {
                continue;
            };
            data.push(Datum {
                panel: String::new(),
                group: group.clone(),
                category: category.clone(),
                series: series.label.clone(),
                measure: measure.to_owned(),
                unit,
                value: estimate.value,
                interval: interval(estimate, signed),
            });
        }
    }
}

fn interval(estimate: Estimate, signed: bool) -> Option<(f64, f64)> {
    (!estimate.is_exact()).then(|| estimate.ends(signed))
}

fn cells(data: &mut Vec<Datum>, plot: &Matrix) {
    for (row, cells) in plot.rows.iter().zip(&plot.cells) {
        for (column, value) in plot.columns.iter().zip(cells) {
            let Some(value) = value.filter(|v| v.is_finite()) else {
                continue;
            };
            data.push(Datum {
                panel: String::new(),
                group: String::new(),
                category: row.clone(),
                series: column.clone(),
                measure: String::new(),
                unit: plot.unit,
                value,
                interval: None,
            });
        }
    }
}

fn dots(data: &mut Vec<Datum>, plot: &Scatter) {
    for cloud in &plot.clouds {
        data.extend(cloud.shown(plot.x_logarithmic).map(|[x, y]| Datum {
            panel: String::new(),
            group: plot.x_title.clone(),
            category: x.to_string(),
            series: cloud.label.clone(),
            measure: plot.y_title.clone(),
            unit: plot.y_unit,
            value: y,
            interval: None,
        }));
    }
}

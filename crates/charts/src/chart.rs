//! What a chart shows, as plain data.

use crate::dash::Dash;
use crate::palette::{self, Colour};
use crate::unit::Unit;

/// One figure: titles, one or more panels, a note, and a caption that says where the numbers come from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Chart {
    /// The headline. Wrapped if it is long.
    pub title: String,
    /// What is measured, for whom, and what bands or whiskers mean.
    pub subtitle: String,
    /// The panels. A chart without any draws its titles and the words "no data".
    pub panels: Vec<Panel>,
    /// So many panels stand side by side where there is room; fewer where there is not. Zero counts as one.
    pub columns: usize,
    /// Below the panels: what is not drawn, or drawn once for several.
    pub note: String,
    /// Scenario, people, seed.
    pub caption: String,
}

/// One plot with an optional heading.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// Shown above the plot.
    pub heading: Option<String>,
    /// The plot.
    pub plot: Plot,
}

impl Panel {
    /// A panel without a heading.
    pub fn of(plot: Plot) -> Self {
        Self {
            heading: None,
            plot,
        }
    }

    /// A panel with a heading.
    pub fn headed(heading: impl Into<String>, plot: Plot) -> Self {
        Self {
            heading: Some(heading.into()),
            plot,
        }
    }
}

/// The kinds of plot.
#[derive(Debug, Clone, PartialEq)]
pub enum Plot {
    /// Values over ordered steps, such as days.
    Lines(Lines),
    /// Upright bars.
    Columns(Columns),
    /// One row per category: bars or dots.
    Rows(Rows),
    /// Numbers in a grid of cells.
    Matrix(Matrix),
    /// Dots over two axes.
    Scatter(Scatter),
}

/// A value and its interval, in the unit of the plot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end; where both ends are the value, no interval is drawn.
    pub high: f64,
}

impl Estimate {
    /// A value with an interval of the same width on either side. A half-width that is negative or not a number counts as zero.
    pub fn new(value: f64, half_width: f64) -> Self {
        let half_width = if half_width.is_finite() {
            half_width.max(0.0)
        } else {
            0.0
        };
        Self::between(value, value - half_width, value + half_width)
    }

    /// A value with an interval, which need not hold it.
    pub fn between(value: f64, low: f64, high: f64) -> Self {
        Self { value, low, high }
    }

    /// A value known exactly.
    pub fn exact(value: f64) -> Self {
        Self::new(value, 0.0)
    }

    /// Whether there is no interval.
    pub(crate) fn is_exact(self) -> bool {
        self.low == self.high
    }

    /// The ends of the interval. Unless it is of a difference (`signed`), it stops at zero: there are no people below it.
    pub(crate) fn ends(self, signed: bool) -> (f64, f64) {
        let Self { value, low, high } = self;
        match value {
            _ if signed => (low, high),
            v if v >= 0.0 => (low.max(0.0), high),
            _ => (low, high.min(0.0)),
        }
    }
}

/// One line, or one bar or dot per category.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Name in the legend. A chart whose only series has no name has no legend.
    pub label: String,
    /// Colour of line, bar or dot.
    pub colour: Colour,
    /// How a line is broken up; elsewhere, another shade of the colour.
    pub dash: Dash,
    /// One per step or category; `None`, or a value that is not finite, is a gap.
    pub values: Vec<Option<Estimate>>,
}

impl Series {
    /// A series drawn solid.
    pub fn solid(label: impl Into<String>, colour: Colour, values: Vec<Option<Estimate>>) -> Self {
        Self {
            label: label.into(),
            colour,
            dash: Dash::Solid,
            values,
        }
    }

    /// The `index`-th of several lines: no two of the first 28 have the same colour and dash.
    pub fn nth(index: usize, label: impl Into<String>, values: Vec<Option<Estimate>>) -> Self {
        let (colour, dash) = palette::style(index);
        Self {
            dash,
            ..Self::solid(label, colour, values)
        }
    }

    /// A series drawn dashed, or paler.
    pub fn dashed(label: impl Into<String>, colour: Colour, values: Vec<Option<Estimate>>) -> Self {
        Self {
            dash: Dash::Dashed,
            ..Self::solid(label, colour, values)
        }
    }

    /// The value at `index`, if it can be drawn.
    pub(crate) fn at(&self, index: usize) -> Option<Estimate> {
        self.values.get(index).copied().flatten().filter(|e| {
            let (low, high) = e.ends(true);
            e.value.is_finite() && low.is_finite() && high.is_finite()
        })
    }
}

/// Lines over ordered steps, with bands for their intervals. Unless it is a curve, a line that begins at exactly zero stays there up
/// to the step at which it leaves: nothing grows in the night before a rule is in force.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Lines {
    /// One label per step, such as `16 Dec`; as many are shown as fit. A second line, such as a year, is shown where it changes.
    pub steps: Vec<String>,
    /// What the steps are called where a program reads them, such as `2025-12-16`; their labels where this is empty.
    pub keys: Vec<String>,
    /// Title of the axis of steps; dates need none.
    pub x_title: String,
    /// Steps are places on a continuous scale: what begins at zero rises from there.
    pub curve: bool,
    /// Title of the value axis, with its unit. Written above the axis, never sideways.
    pub y_title: String,
    /// How values are written.
    pub unit: Unit,
    /// The lines.
    pub series: Vec<Series>,
    /// The axis reaches at least to here, so that panels can share a scale.
    pub reach: f64,
    /// An upright line at one step.
    pub marker: Option<Marker>,
}

/// An upright line with a label, such as the date of a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Marker {
    /// Index of the step it stands at.
    pub at: usize,
    /// What happened there. Without a label the line stands alone.
    pub label: String,
}

/// Upright bars, one group per category.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Columns {
    /// Labels below the groups.
    pub categories: Vec<String>,
    /// Title of the category axis.
    pub x_title: String,
    /// Title of the value axis, with its unit.
    pub y_title: String,
    /// How values are written.
    pub unit: Unit,
    /// One bar per category each.
    pub series: Vec<Series>,
    /// On top of each other rather than side by side.
    pub stacked: bool,
    /// The axis reaches at least to here, so that panels can share a scale.
    pub reach: f64,
}

/// One row per category, values to the right of its name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// The rows, from top to bottom.
    pub categories: Vec<Category>,
    /// Title of the value axis, with its unit.
    pub x_title: String,
    /// How values are written.
    pub unit: Unit,
    /// Bars or dots.
    pub shape: Shape,
    /// The values are differences: they have a sign in front, and their intervals may cross zero.
    pub signed: bool,
    /// Ticks are powers of ten, and bars begin at the lowest of them: for values of very different sizes, all above zero.
    pub logarithmic: bool,
    /// One mark per row each.
    pub series: Vec<Series>,
    /// A shaded range.
    pub band: Option<Band>,
    /// The axis reaches at least to here, and where values are signed as far below zero, so that panels can share a scale.
    pub reach: f64,
    /// Values beyond `± clip` are drawn at the edge, with an arrow and their true number.
    pub clip: Option<f64>,
}

/// How rows are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// A bar per series.
    #[default]
    Grouped,
    /// The series of a row laid end to end, their sum behind them.
    Stacked,
    /// A dot per series, its interval as a line.
    Dots,
    /// A waterfall: each bar begins where the one above ended, and the last, which is what they come to, at zero. A row has a value
    /// in one series.
    Steps,
}

/// The name of a row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Category {
    /// The name.
    pub label: String,
    /// A second, paler line.
    pub note: Option<String>,
    /// Replaces the sum behind stacked bars.
    pub value_label: Option<String>,
    /// A heading above this row, for the rows from here on.
    pub heading: Option<String>,
}

impl<T: Into<String>> From<T> for Category {
    fn from(label: T) -> Self {
        Self {
            label: label.into(),
            ..Self::default()
        }
    }
}

/// A shaded range of values.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// What the range means; shown in the legend.
    pub label: String,
}

/// Numbers in a grid, darker where larger. Columns that do not fit side by side go on below.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Matrix {
    /// What the rows are.
    pub row_title: String,
    /// What the columns are.
    pub column_title: String,
    /// Names of the rows.
    pub rows: Vec<String>,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// How values are written.
    pub unit: Unit,
    /// The value of the darkest cell if none is larger, so that panels can share a scale.
    pub reach: f64,
    /// `cells[row][column]`; `None` is an empty cell.
    pub cells: Vec<Vec<Option<f64>>>,
}

/// Dots over two axes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scatter {
    /// Title of the axis to the right.
    pub x_title: String,
    /// How its values are written.
    pub x_unit: Unit,
    /// It is of logarithms; all its values are above zero.
    pub x_logarithmic: bool,
    /// Title of the axis upwards, with its unit. Written above the axis, never sideways.
    pub y_title: String,
    /// How its values are written.
    pub y_unit: Unit,
    /// The dots, from back to front.
    pub clouds: Vec<Cloud>,
}

/// Dots of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Cloud {
    /// Name in the legend. A chart whose only cloud has no name has no legend.
    pub label: String,
    /// Colour of its dots.
    pub colour: Colour,
    /// To the right, and upwards; a dot with a number that is not finite is left out.
    pub dots: Vec<[f64; 2]>,
}

impl Cloud {
    /// What can be drawn.
    pub(crate) fn shown(&self, logarithmic: bool) -> impl Iterator<Item = [f64; 2]> + '_ {
        let fits = move |dot: &&[f64; 2]| {
            dot.iter().all(|v| v.is_finite()) && (!logarithmic || dot[0] > 0.0)
        };
        self.dots.iter().filter(fits).copied()
    }
}

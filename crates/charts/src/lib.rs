//! Charts as data, drawn by one function to SVG and PNG.
//!
//! A [`Chart`] says what is shown: titles, panels, series with their intervals. Laying it out ([`Chart::layout`]) measures every
//! piece of text with the bundled font and gives it a box of its own; drawing walks the result and knows nothing about charts.
//! Because the font comes with the crate, and logarithms and powers are those of `libm`, the same chart has the same bytes on every
//! machine.
//!
//! ```
//! use overheard_charts::{Chart, Columns, Estimate, Look, Panel, Plot, Series, Unit, palette};
//!
//! let chart = Chart {
//!     title: "Chat-derived ads per person".into(),
//!     panels: vec![Panel::of(Plot::Columns(Columns {
//!         categories: vec!["0".into(), "1".into(), "2".into()],
//!         unit: Unit::Percent,
//!         series: vec![Series::solid("policy", palette::BLUE, vec![Some(Estimate::exact(70.0)), None, Some(Estimate::new(30.0, 2.0))])],
//!         ..Columns::default()
//!     }))],
//!     ..Chart::default()
//! };
//! assert!(chart.svg(Look::default())?.contains("Chat-derived ads per person"));
//! # Ok::<(), overheard_charts::ChartError>(())
//! ```

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "tests"))]

mod chart;
mod dash;
mod data;
mod draw;
mod error;
mod font;
mod layout;
mod look;
pub mod palette;
mod png;
mod scale;
mod scene;
mod svg;
#[cfg(test)]
mod tests;
mod unit;
mod words;

pub use chart::{
    Band, Category, Chart, Cloud, Columns, Estimate, Lines, Marker, Matrix, Panel, Plot, Rows,
    Scatter, Series, Shape,
};
pub use dash::Dash;
pub use data::Datum;
pub use error::ChartError;
pub use font::{covers, font_face_css};
pub use look::{Look, Theme, WIDTH};
pub use scene::{Frame, Layout, TextBox};
pub use unit::Unit;

impl Chart {
    /// The chart as a stand-alone SVG document, with the font inside.
    ///
    /// # Errors
    /// [`ChartError::Draw`] when the backend refuses a mark.
    pub fn svg(&self, look: Look) -> Result<String, ChartError> {
        svg::document(self, look, "chart", true)
    }

    /// The chart as an `<svg>` element to put into a page that has [`font_face_css`] in its style sheet, laid out for `width` px.
    /// Its ids begin with `name`, which must be one, and no other element's.
    ///
    /// # Errors
    /// [`ChartError::Draw`] when the backend refuses a mark.
    pub fn svg_fragment(&self, width: u32, name: &str) -> Result<String, ChartError> {
        let look = Look {
            width,
            ..Look::default()
        };
        svg::document(self, look, name, false)
    }

    /// The chart as the bytes of a PNG file.
    ///
    /// # Errors
    /// [`ChartError`] when a mark is refused or the pixels cannot be encoded.
    pub fn png(&self, look: Look) -> Result<Vec<u8>, ChartError> {
        png::encode(self, look)
    }

    /// Where everything goes when the chart is `width` px wide: the boxes of all text and the frames of all plots.
    pub fn layout(&self, width: u32) -> Layout {
        layout::lay_out(self, f64::from(width)).layout()
    }
}

//! How a file of a chart looks, whatever the chart shows.

use crate::chart::Chart;
use crate::layout;
use crate::palette::{self, Colour};
use crate::scene::{Mark, Scene};

/// Width of the files that a run has of its own, in px.
pub const WIDTH: u32 = 1200;

/// Width and page of a chart's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// What it is laid out for, in px; text is as large on any width.
    pub width: u32,
    /// The page that it is for.
    pub theme: Theme,
}

/// The page that a chart is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Ink on white.
    #[default]
    Light,
    /// Pale on a dark page.
    Dark,
}

impl Default for Look {
    /// That of a run's own files.
    fn default() -> Self {
        Look {
            width: WIDTH,
            theme: Theme::Light,
        }
    }
}

impl Look {
    /// The chart at its places, in the colours of the page.
    pub(crate) fn scene(self, chart: &Chart) -> Scene {
        let mut scene = layout::lay_out(chart, f64::from(self.width));
        if self.theme == Theme::Dark {
            let pairs = palette::on_dark();
            let on_dark = |colour: &mut Colour| {
                let pair = pairs.iter().find(|(light, _)| light == colour);
                *colour = pair.map_or(*colour, |(_, dark)| *dark);
            };
            on_dark(&mut scene.paper);
            scene.marks.iter_mut().map(Mark::colour).for_each(on_dark);
        }
        scene
    }
}

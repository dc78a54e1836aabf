//! Differences from the base as dots, one below the other.

use overheard_charts::{
    Category, Chart, Estimate as Plotted, Panel, Plot, Rows, Series, Shape, Unit, palette,
};

use super::arms::Group;
use super::parts::share_scales;

/// The values of a group of arms, by category.
pub(super) type Values = Vec<Option<Plotted>>;

/// What the dots stand for.
pub(super) struct Dots<'a> {
    pub categories: Vec<Category>,
    pub unit: Unit,
    /// Title of the axis where all arms share it, and where each has its own.
    pub titles: [&'a str; 2],
}

impl Dots<'_> {
    /// Draws the groups together, or each in a panel of its own.
    pub fn draw(&self, chart: &mut Chart, groups: &[Group<Values>], together: bool) {
        if together {
            let one = |(i, group): (usize, &Group<Values>)| {
                Series::solid(group.quoted(), palette::series(i), group.shown.clone())
            };
            let series = groups.iter().enumerate().map(one).collect();
            chart
                .panels
                .push(Panel::of(self.plot(series, self.titles[0])));
        } else {
            chart.columns = 2;
            for group in groups {
                let series = vec![Series::solid("", palette::BLUE, group.shown.clone())];
                let plot = self.plot(series, self.titles[1]);
                chart.panels.push(Panel::headed(group.heading(), plot));
            }
            share_scales(chart);
        }
    }

    fn plot(&self, series: Vec<Series>, x_title: &str) -> Plot {
        Plot::Rows(Rows {
            categories: self.categories.clone(),
            x_title: x_title.into(),
            unit: self.unit,
            shape: Shape::Dots,
            signed: true,
            series,
            ..Rows::default()
        })
    }
}

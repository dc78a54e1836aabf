//! From a chart to marks at their places. Text is measured, never guessed: each piece gets a box that no other piece enters.

mod columns;
mod legend;
mod lines;
mod matrix;
mod page;
mod rows;
mod scatter;

use crate::chart::{Chart, Lines, Panel, Plot};
use crate::font::Weight;
use crate::palette::{INK, MUTED};
use crate::scene::Scene;
use page::{LABEL, Page, SMALL, wide};

/// Em sizes of titles [px]. Chosen for 1200 px; at 700 px the smallest text is still 9 px high.
const TITLE: f64 = 30.0;
const SUBTITLE: f64 = 20.0;
const HEADING: f64 = 21.0;

/// Space between panels side by side [px].
const BESIDE: f64 = 36.0;

pub(crate) fn lay_out(chart: &Chart, width: f64) -> Scene {
    let width = width.max(320.0);
    let margin = if width < 800.0 { 14.0 } else { 36.0 };
    let mut page = Page {
        scene: Scene::new(width),
        left: margin,
        right: width - margin,
        y: margin * 0.8,
    };
    let title = if width < 800.0 { TITLE * 0.87 } else { TITLE };
    page.paragraph(&chart.title, title, Weight::SemiBold, INK, 4);
    page.y += 4.0;
    page.paragraph(
        &chart.subtitle,
        SUBTITLE,
        Weight::Regular,
        MUTED,
        usize::MAX,
    );
    page.y += 10.0;
    // One legend, unless panels have marks of their own to explain.
    let shared = legend::entries(&chart.panels);
    let alike = |panel| legend::entries(std::slice::from_ref(panel)) == shared;
    let shared_by_all = chart.panels.iter().all(alike);
    if shared_by_all {
        legend::draw(&mut page, &shared);
    }
    if chart.panels.is_empty() {
        page.y += 40.0;
        page.paragraph("no data", LABEL, Weight::Regular, MUTED, 1);
    }
    let cells = cells(chart, page.left, page.right);
    for (i, row) in chart.panels.chunks(cells.len()).enumerate() {
        page.y += if i == 0 { 10.0 } else { 30.0 };
        draw_row(&mut page, row, &cells, !shared_by_all);
    }
    for (text, above) in [(&chart.note, 18.0), (&chart.caption, 14.0)] {
        if !text.is_empty() {
            page.y += above;
            page.paragraph(text, SMALL, Weight::Regular, MUTED, usize::MAX);
        }
    }
    page.scene.height = (page.y + margin * 0.7).ceil();
    page.scene
}

/// Left and right edges of the panels of a row: as many side by side as the chart asks for and its plots have room for.
fn cells(chart: &Chart, left: f64, right: f64) -> Vec<(f64, f64)> {
    let least = |panel: &Panel| match &panel.plot {
        Plot::Lines(Lines {
            marker: Some(marker),
            ..
        }) if !marker.label.is_empty() => wide(&marker.label, SMALL) + 60.0,
        Plot::Lines(_) | Plot::Columns(_) => 230.0,
        Plot::Rows(_) | Plot::Matrix(_) | Plot::Scatter(_) => 350.0,
    };
    let least = chart.panels.iter().map(least).fold(1.0, f64::max);
    let room = right - left + BESIDE;
    let fit = (room / (least + BESIDE)).floor().max(1.0) as usize;
    let columns = chart.columns.clamp(1, fit);
    let pitch = room / columns as f64;
    (0..columns)
        .map(|i| left + pitch * i as f64)
        .map(|left| (left, left + pitch - BESIDE))
        .collect()
}

/// Panels side by side: all headings, then all legends, then all plots begin at one height.
fn draw_row(page: &mut Page, panels: &[Panel], cells: &[(f64, f64)], with_legends: bool) {
    let whole = (page.left, page.right);
    let heading = if cells.len() > 1 { LABEL } else { HEADING };
    let each = |page: &mut Page, draw: &dyn Fn(&mut Page, &Panel)| {
        let top = page.y;
        let mut bottom = top;
        for (panel, cell) in panels.iter().zip(cells) {
            (page.left, page.right) = *cell;
            page.y = top;
            draw(page, panel);
            bottom = bottom.max(page.y);
        }
        (page.left, page.right) = whole;
        page.y = bottom;
    };
    each(page, &|page, panel| {
        if let Some(text) = &panel.heading {
            page.paragraph(text, heading, Weight::SemiBold, INK, 4);
            page.y += 6.0;
        }
    });
    if with_legends {
        each(page, &|page, panel| {
            legend::draw(page, &legend::entries(std::slice::from_ref(panel)));
            page.y += 6.0;
        });
    }
    each(page, &|page, panel| match &panel.plot {
        Plot::Lines(plot) => lines::draw(page, plot),
        Plot::Columns(plot) => columns::draw(page, plot),
        Plot::Rows(plot) => rows::draw(page, plot),
        Plot::Matrix(plot) => matrix::draw(page, plot),
        Plot::Scatter(plot) => scatter::draw(page, plot),
    });
}

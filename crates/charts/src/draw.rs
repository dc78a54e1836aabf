//! The one drawing function, for any backend.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::font::{FAMILY, Weight};
use crate::palette::Colour;
use crate::scene::{Anchor, Mark, Scene, Text as TextMark};

/// Plotters takes whole coordinates, so a scene is drawn `scale` units to the pixel.
pub(crate) fn draw<DB: DrawingBackend>(
    scene: &Scene,
    backend: DB,
    scale: f64,
) -> Result<(), String> {
    let area = backend.into_drawing_area();
    let say = |e: DrawingAreaErrorKind<DB::ErrorType>| e.to_string();
    area.fill(&rgb(scene.paper)).map_err(say)?;
    for mark in &scene.marks {
        draw_mark(&area, mark, scale).map_err(say)?;
    }
    area.present().map_err(say)
}

/// Size in units for a scene.
pub(crate) fn size(scene: &Scene, scale: f64) -> (u32, u32) {
    (
        (scene.width * scale).round() as u32,
        (scene.height * scale).round() as u32,
    )
}

/// Where plotters puts the baseline of text it holds by its top, in em (plotters-svg, `draw_text`).
pub(crate) const TOP_TO_BASELINE: f64 = 0.76;
/// Plotters' font sizes are 1.24 times the em they are drawn with (plotters-svg, `draw_text`).
pub(crate) const SIZE_PER_EM: f64 = 1.24;

fn rgb(colour: Colour) -> RGBColor {
    RGBColor(colour.0, colour.1, colour.2)
}

fn draw_mark<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    mark: &Mark,
    scale: f64,
) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
    let unit = |v: f64| (v * scale).round() as i32;
    let at = |p: &(f64, f64)| (unit(p.0), unit(p.1));
    let stroke = |colour: Colour, width: f64| {
        rgb(colour).stroke_width(((width * scale).round() as u32).max(1))
    };
    match mark {
        Mark::Block { frame, colour } => area.draw(&Rectangle::new(
            [
                at(&(frame.left, frame.top)),
                at(&(frame.right, frame.bottom)),
            ],
            rgb(*colour).filled(),
        )),
        Mark::Path {
            points,
            colour,
            width,
            dash,
        } => {
            let style = stroke(*colour, *width);
            dash.pieces(points).iter().try_for_each(|piece| {
                let points: Vec<_> = piece.iter().map(at).collect();
                area.draw(&PathElement::new(points, style))
            })
        }
        Mark::Area {
            points,
            colour,
            alpha,
        } => {
            let points: Vec<_> = points.iter().map(at).collect();
            area.draw(&Polygon::new(points, rgb(*colour).mix(*alpha).filled()))
        }
        Mark::Dot {
            at: p,
            radius,
            colour,
            alpha,
        } => {
            let fill = rgb(*colour).mix(*alpha).filled();
            area.draw(&Circle::new(at(p), unit(*radius), fill))
        }
        Mark::Text(text) => draw_text(area, text, scale),
    }
}

fn draw_text<DB: DrawingBackend>(
    area: &DrawingArea<DB, Shift>,
    text: &TextMark,
    scale: f64,
) -> Result<(), DrawingAreaErrorKind<DB::ErrorType>> {
    let style = match text.weight {
        Weight::Regular => FontStyle::Normal,
        Weight::SemiBold => FontStyle::Bold,
    };
    let across = match text.anchor {
        Anchor::Start => HPos::Left,
        Anchor::Middle => HPos::Center,
        Anchor::End => HPos::Right,
    };
    let font = FontDesc::new(
        FontFamily::Name(FAMILY),
        text.em * scale * SIZE_PER_EM,
        style,
    );
    let colour = rgb(text.colour);
    let style = TextStyle::from(font)
        .color(&colour)
        .pos(Pos::new(across, VPos::Top));
    let top = text.at.1 - TOP_TO_BASELINE * text.em;
    let at = (
        (text.at.0 * scale).round() as i32,
        (top * scale).round() as i32,
    );
    area.draw(&Text::new(text.text.as_str(), at, style))
}

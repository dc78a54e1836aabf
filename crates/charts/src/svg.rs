//! SVG: tenths of a pixel as units, a title and a description for those who do not see it, and the font inside.

use plotters::prelude::SVGBackend;

use crate::chart::Chart;
use crate::draw;
use crate::error::ChartError;
use crate::font;
use crate::look::Look;

/// Units per pixel: whole units alone would put steps into flat lines.
const SCALE: f64 = 10.0;

/// `name` is what ids within it begin with: no two drawings of a page may have the same.
pub(crate) fn document(
    chart: &Chart,
    look: Look,
    name: &str,
    with_font: bool,
) -> Result<String, ChartError> {
    let scene = look.scene(chart);
    let size = draw::size(&scene, SCALE);
    let mut body = String::new();
    draw::draw(&scene, SVGBackend::with_string(&mut body, size), SCALE).map_err(|cause| {
        ChartError::Draw {
            title: chart.title.clone(),
            cause,
        }
    })?;
    // The backend's own opening tag gives the size in units and no title.
    let inner = body.split_once('>').map_or("", |(_, rest)| rest);
    let style = if with_font {
        format!("<style>\n{}</style>\n", font::font_face_css())
    } else {
        String::new()
    };
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"{name}-title\" aria-describedby=\"{name}-desc\" stroke-linejoin=\"round\">\n<title id=\"{name}-title\">{}</title>\n<desc id=\"{name}-desc\">{}</desc>\n{style}{}",
        scene.width.round(),
        scene.height.round(),
        size.0,
        size.1,
        escape(&chart.title),
        escape(&chart.described()),
        inner.trim_start(),
    ))
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

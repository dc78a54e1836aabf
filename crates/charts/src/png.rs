//! PNG: drawn twice too large and averaged, which smooths every edge.

use std::cell::RefCell;

use ab_glyph::{Font, ScaleFont};
use plotters::prelude::{BitMapBackend, DrawingBackend};
use plotters_backend::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingErrorKind, FontStyle,
};

use crate::chart::Chart;
use crate::draw::{self, SIZE_PER_EM, TOP_TO_BASELINE};
use crate::error::ChartError;
use crate::font::{self, Weight};
use crate::look::Look;

const SCALE: u32 = 2;

thread_local! {
    /// What a thread draws on, and the means of that, chart after chart: asked of the system once. Each chart begins with paper over
    /// all of it.
    static CANVAS: RefCell<[Vec<u8>; 2]> = const { RefCell::new([Vec::new(), Vec::new()]) };
}

pub(crate) fn encode(chart: &Chart, look: Look) -> Result<Vec<u8>, ChartError> {
    let mut scene = look.scene(chart);
    scene.height = scene.height.ceil();
    let (wide, high) = draw::size(&scene, f64::from(SCALE));
    let title = || chart.title.clone();
    CANVAS.with_borrow_mut(|[large, small]| {
        large.resize(3 * wide as usize * high as usize, 0);
        let canvas = Canvas(BitMapBackend::with_buffer(large, (wide, high)));
        draw::draw(&scene, canvas, f64::from(SCALE)).map_err(|cause| ChartError::Draw {
            title: title(),
            cause,
        })?;
        average::<{ SCALE as usize }>(large, wide as usize, small);
        compress(small, wide / SCALE, high / SCALE).map_err(|source| ChartError::Encode {
            title: title(),
            source,
        })
    })
}

fn compress(pixels: &[u8], width: u32, height: u32) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // Charts are mostly flat: differences to the pixel above and left compress best.
    encoder.set_filter(png::FilterType::Paeth);
    encoder.set_adaptive_filter(png::AdaptiveFilterType::Adaptive);
    encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes)
}

/// Means of `K × K` blocks of an RGB image `wide` pixels wide; both sides are multiples of `K`.
fn average<const K: usize>(large: &[u8], wide: usize, small: &mut Vec<u8>) {
    const CHANNELS: usize = 3;
    let area = (K * K) as u16;
    small.resize(large.len() / (K * K), 0);
    let mut columns = vec![0u16; CHANNELS * wide];
    let mut means = vec![0u8; CHANNELS * wide];
    let rows = large.chunks_exact(CHANNELS * wide * K);
    for (rows, small) in rows.zip(small.chunks_exact_mut(CHANNELS * wide / K)) {
        columns.fill(0);
        for row in rows.chunks_exact(CHANNELS * wide) {
            for (sum, value) in columns.iter_mut().zip(row) {
                *sum += u16::from(*value);
            }
        }
        // Of every pixel and those right of it, as vectors; only each `K`th is asked for.
        for (mean, block) in means
            .iter_mut()
            .zip(columns.windows(CHANNELS * (K - 1) + 1))
        {
            let sum: u16 = block.iter().step_by(CHANNELS).sum();
            *mean = ((sum + area / 2) / area) as u8;
        }
        let blocks = means.as_chunks::<CHANNELS>().0.iter().step_by(K);
        for (pixel, mean) in small.as_chunks_mut::<CHANNELS>().0.iter_mut().zip(blocks) {
            *pixel = *mean;
        }
    }
}

/// Plotters' bitmap with text of our own: its `ab_glyph` path drops the space left of each glyph and rounds every advance, which
/// sets letters unevenly and no longer fits the widths the layout was made with.
struct Canvas<'a>(BitMapBackend<'a>);

type Failure = <BitMapBackend<'static> as DrawingBackend>::ErrorType;
type Drawn = Result<(), DrawingErrorKind<Failure>>;

impl DrawingBackend for Canvas<'_> {
    type ErrorType = Failure;

    fn get_size(&self) -> (u32, u32) {
        self.0.get_size()
    }

    fn ensure_prepared(&mut self) -> Drawn {
        self.0.ensure_prepared()
    }

    fn present(&mut self) -> Drawn {
        self.0.present()
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        self.0.draw_pixel(point, color)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.0.draw_line(from, to, style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        self.0.draw_rect(upper_left, bottom_right, style, fill)
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        pos: BackendCoord,
    ) -> Drawn {
        let weight = match style.style() {
            FontStyle::Bold => Weight::SemiBold,
            _ => Weight::Regular,
        };
        let em = style.size() / SIZE_PER_EM;
        let width = font::width(text, em, weight);
        let mut x = f64::from(pos.0)
            - match style.anchor().h_pos {
                HPos::Left => 0.0,
                HPos::Center => width / 2.0,
                HPos::Right => width,
            };
        let baseline = f64::from(pos.1) + TOP_TO_BASELINE * em;
        let face = font::face(weight);
        let scaled = face.as_scaled(font::em_scale(face, em));
        let mut ink = Vec::new();
        for c in text.chars() {
            let id = scaled.glyph_id(c);
            let place = ab_glyph::point(x as f32, baseline as f32);
            x += f64::from(scaled.h_advance(id));
            if let Some(outline) =
                face.outline_glyph(id.with_scale_and_position(scaled.scale(), place))
            {
                let corner = outline.px_bounds().min;
                outline.draw(|dx, dy, part| {
                    let point = (corner.x as i32 + dx as i32, corner.y as i32 + dy as i32);
                    ink.push((point, f64::from(part.clamp(0.0, 1.0))));
                });
            }
        }
        let color = style.color();
        for (point, part) in ink {
            if part > 0.0 {
                self.0.draw_pixel(point, color.mix(part))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::average;

    #[test]
    fn averaging_keeps_the_mean() {
        // Two blocks of 2 × 2: one uniform, one half black and half white.
        let px = |v: u8| [v; 3];
        let image: Vec<u8> = [px(9), px(9), px(0), px(255), px(9), px(9), px(255), px(0)].concat();
        let mut small = vec![7; 40];
        average::<2>(&image, 4, &mut small);
        assert_eq!(small, [9, 9, 9, 128, 128, 128]);
    }
}

//! Broken lines, as the pieces that are drawn.

/// How a line is broken up, so that lines can be told apart without their colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[expect(missing_docs, reason = "each is what its name says")]
pub enum Dash {
    #[default]
    Solid,
    Dashed,
    Dotted,
    DashDotted,
}

impl Dash {
    /// All of them, the plainest first.
    pub const ALL: [Self; 4] = [Self::Solid, Self::Dashed, Self::DashDotted, Self::Dotted];

    /// Lengths drawn and left out in turn [px]; nothing for a whole line.
    fn pattern(self) -> &'static [f64] {
        match self {
            Self::Solid => &[],
            Self::Dashed => &[11.0, 6.0],
            Self::DashDotted => &[13.0, 5.0, 3.0, 5.0],
            Self::Dotted => &[3.0, 5.0],
        }
    }

    /// What is drawn of a line through `points`. The pattern goes on around corners.
    pub(crate) fn pieces(self, points: &[(f64, f64)]) -> Vec<Vec<(f64, f64)>> {
        let pattern = self.pattern();
        let (Some(first), false) = (points.first(), pattern.is_empty()) else {
            return vec![points.to_vec()];
        };
        let (mut turn, mut left) = (0, pattern[0]);
        let mut pieces = vec![vec![*first]];
        for pair in points.windows(2) {
            let ((x, y), end) = (pair[0], pair[1]);
            let length = libm::hypot(end.0 - x, end.1 - y);
            let mut done = 0.0;
            while length - done > left {
                done += left;
                let part = done / length;
                let at = (x + (end.0 - x) * part, y + (end.1 - y) * part);
                if turn % 2 == 0 {
                    extend(&mut pieces, at);
                } else {
                    pieces.push(vec![at]);
                }
                turn += 1;
                left = pattern[turn % pattern.len()];
            }
            left -= length - done;
            if turn % 2 == 0 {
                extend(&mut pieces, end);
            }
        }
        pieces.retain(|piece| piece.len() > 1);
        pieces
    }
}

fn extend(pieces: &mut [Vec<(f64, f64)>], at: (f64, f64)) {
    if let Some(piece) = pieces.last_mut() {
        piece.push(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(points: &[(f64, f64)]) -> f64 {
        let steps = points.windows(2);
        steps
            .map(|p| (p[1].0 - p[0].0).hypot(p[1].1 - p[0].1))
            .sum()
    }

    #[test]
    fn pieces_follow_the_line_and_its_pattern() {
        let corner = [(0.0, 0.0), (40.0, 0.0), (40.0, 0.0), (40.0, 45.0)];
        assert_eq!(Dash::Solid.pieces(&corner), [corner.to_vec()]);
        let dashed = Dash::Dashed.pieces(&corner);
        assert_eq!(dashed.len(), 5, "17 px each over 85 px");
        assert!(dashed.iter().all(|p| (length(p) - 11.0).abs() < 1e-9));
        assert_eq!(dashed[2].len(), 4, "around the corner: {dashed:?}");
        let dots = Dash::DashDotted.pieces(&corner);
        let drawn: Vec<f64> = dots.iter().map(|p| length(p).round()).collect();
        assert_eq!(drawn, [13.0, 3.0, 13.0, 3.0, 13.0, 3.0, 7.0]);
        assert!(Dash::Dotted.pieces(&[]).concat().is_empty());
    }
}

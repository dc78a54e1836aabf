//! The solved market as bytes: what is kept of it, so that neither a resumed run nor the next one need solve it again.
//!
//! Numbers as they are, bit by bit, in one fixed order and compressed. How many there are follows from the scenario; bytes
//! that are not exactly so many are of no use.

use overheard_feeds::{InterestEstimate, Pacing};
use overheard_model::ids::{AdKind, App, Market};
use overheard_model::world::World;

use crate::params::Start;
use crate::pilot::Path;

/// A number of a path, to be read or set.
enum Number<'a> {
    Small(&'a mut f32),
    Large(&'a mut f64),
}

pub fn encode(path: &Path, world: &World) -> Vec<u8> {
    let mut plain = Vec::new();
    each_number(&mut path.clone(), world, &mut |number| match number {
        Number::Small(x) => plain.extend(x.to_le_bytes()),
        Number::Large(x) => plain.extend(x.to_le_bytes()),
    });
    lz4_flex::compress_prepend_size(&plain)
}

/// Nothing if the bytes are not the path of a run with this frame.
pub fn decode(bytes: &[u8], world: &World) -> Option<Path> {
    let mut path = blank(world);
    let mut size = 0;
    each_number(&mut path, world, &mut |number| {
        size += match number {
            Number::Small(_) => 4,
            Number::Large(_) => 8,
        };
    });
    // What claims another size is damaged; it is not made room for.
    let announced = u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?) as usize;
    if announced != size {
        return None;
    }
    let plain = lz4_flex::decompress_size_prepended(bytes).ok()?;
    if plain.len() != size {
        return None;
    }
    let mut rest = plain.as_slice();
    let mut whole = true;
    each_number(&mut path, world, &mut |number| {
        whole &= match number {
            Number::Small(x) => take(&mut rest).map(|b| *x = f32::from_le_bytes(b)),
            Number::Large(x) => take(&mut rest).map(|b| *x = f64::from_le_bytes(b)),
        }
        .is_some();
    });
    whole.then_some(path)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (bytes, left) = rest.split_first_chunk::<N>()?;
    *rest = left;
    Some(*bytes)
}

/// A path of the right shape.
pub fn blank(world: &World) -> Path {
    let days = world.window.days as usize;
    let pacing = Pacing::new(world.window, world.taxonomy.categories.len(), 0.0);
    Path {
        start: Start {
            feedback: [[[0.0; 2]; App::COUNT]; Market::COUNT],
            estimate: InterestEstimate::STRENGTH,
        },
        pacing: vec![pacing; world.arms],
        spend: vec![[0.0; Market::COUNT]; world.arms],
        spend_error: [0.0; Market::COUNT],
        summary: vec![vec![vec![(0.0, 0.0); days]; Market::COUNT]; world.arms],
        paid: [None; Market::COUNT],
        residual: 0.0,
    }
}

/// Goes through a path's numbers, always in the same order.
fn each_number(path: &mut Path, world: &World, visit: &mut impl FnMut(Number)) {
    // By name, so that nothing that is added to a path is forgotten here.
    let Path {
        start: Start { feedback, estimate },
        pacing,
        spend,
        spend_error,
        summary,
        paid,
        residual,
    } = path;
    let small = feedback.iter_mut().flatten().flatten();
    small
        .chain(&mut estimate.0)
        .for_each(|x| visit(Number::Small(x)));
    for pacing in pacing {
        for market in 0..Market::COUNT {
            for day in world.window.first()..world.window.days {
                for kind in AdKind::ALL {
                    let values = pacing.of_mut(market, day, *kind).iter_mut();
                    values.for_each(|x| visit(Number::Small(x)));
                }
            }
        }
    }
    let large = spend.iter_mut().flatten().chain(spend_error);
    large.for_each(|x| visit(Number::Large(x)));
    for (mean, share) in summary.iter_mut().flatten().flatten() {
        visit(Number::Large(mean));
        visit(Number::Large(share));
    }
    for paid in paid {
        // No price is told by what no price is.
        let mut pair = paid.unwrap_or([f64::NAN; 2]);
        pair.iter_mut().for_each(|x| visit(Number::Large(x)));
        *paid = (!pair[0].is_nan()).then_some(pair);
    }
    visit(Number::Large(residual));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_as_it_was_written_or_not_at_all() {
        let text = b"[time]\nstart = 2025-12-18\nend = 2025-12-19\n[[arm]]\nname = \"a\"\n[[arm]]\nname = \"b\"\n";
        let file = overheard_scenario::ScenarioFile::parse("t.toml", text).unwrap();
        let scenario = file.scenario::<&str>(&[]).unwrap();
        let world = crate::frame::world(&scenario, 2500, 1);
        let mut path = blank(&world);
        let mut next = 0;
        each_number(&mut path, &world, &mut |number| {
            next += 1;
            match number {
                Number::Small(x) => *x = 1.0 / next as f32,
                Number::Large(x) => *x = 1.0 / f64::from(next),
            }
        });
        path.paid[3] = None;
        path.spend_error[2] = -0.0;
        let bytes = encode(&path, &world);
        let read = decode(&bytes, &world).unwrap();
        assert_eq!(format!("{read:?}"), format!("{path:?}"));
        assert_eq!(encode(&read, &world), bytes);
        for length in 0..bytes.len() {
            assert!(decode(&bytes[..length], &world).is_none(), "{length}");
        }
        let other = crate::frame::world(&file.scenario(&["time.end=2025-12-20"]).unwrap(), 2500, 1);
        assert!(decode(&bytes, &other).is_none());
    }
}

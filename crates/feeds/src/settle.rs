//! What chat signals earned: settled when their slot is given up, when they expire, and when the window closes.

use overheard_model::block::{ArmState, Ruled, Seats, Settled, Signal};
use overheard_model::calendar::Day;
use overheard_model::tally::{Count, FIRST_AD, FIRST_AD_AGES, TableId};

use crate::arm_day::ArmDay;
use crate::categories;
use crate::earnings::{self, Use, earned};
use crate::kept::Kept;
use crate::sums::Sums;

/// Settles one signal: origin by shown app, class and route, and the last of its days to the first ad. `settled`: where its
/// person's sensitive signals are remembered.
pub fn signal(
    d: &ArmDay<'_>,
    ruled: Ruled,
    seats: &Seats,
    signal: &Signal,
    settled: &mut Vec<Settled>,
    sums: &mut Sums,
) {
    let keep = &d.p.arms[ruled.by(usize::from(signal.lane))].keep_chat;
    let ads = earned(d, keep, seats, signal, Use::Ads);
    for (app, value) in ads.iter().enumerate() {
        let from = signal.surface.index();
        sums.add(d.cell(TableId::CrossApp, [from, app]), *value);
    }
    let total: f64 = ads.iter().sum();
    if signal.class.is_sensitive() {
        let content = earned(d, keep, seats, signal, Use::Content).iter().sum();
        remember(settled, signal, total, content);
    }
    if signal.ads != 0 && d.world.window.reported(signal.day) {
        let (now, more) = first_ad(signal, d.kept.any(total));
        let bucket = |k| d.cell(TableId::FirstAd, [k]);
        sums.add(bucket(first_ad_bucket(d.day - signal.day)), more);
        sums.add(bucket(FIRST_AD.len() - 1), 1.0 - f64::from(now));
    }
}

/// The chance that a signal's first ad is behind it by now, and how much of it is new. It never falls: an ad that was
/// shown stays shown, whatever rounding takes from the sums of its slot, so no bucket is ever below zero and all of them
/// add up to the signal.
fn first_ad(signal: &Signal, reached: f64) -> (f32, f64) {
    let before = signal.earnings.first_ad_done;
    let now = (reached as f32).max(before);
    (now, f64::from(now) - f64::from(before))
}

/// The bucket of [`FIRST_AD`] for a first ad at an age in days.
pub fn first_ad_bucket(age: Day) -> usize {
    FIRST_AD_AGES
        .iter()
        .position(|last| age <= *last)
        .unwrap_or(FIRST_AD.len() - 2)
}

fn remember(settled: &mut Vec<Settled>, signal: &Signal, ads: f64, content: f64) {
    let same = |s: &&mut Settled| {
        s.lane == signal.lane
            && s.class == signal.class
            && s.route_ads == signal.route_ads
            && s.route_content == signal.route_content
    };
    match settled.iter_mut().find(same) {
        Some(s) => {
            s.ads += ads as f32;
            s.content += content as f32;
        }
        None => settled.push(Settled {
            lane: signal.lane,
            class: signal.class,
            route_ads: signal.route_ads,
            route_content: signal.route_content,
            ads: ads as f32,
            content: content as f32,
        }),
    }
}

/// Tallies first ads of signals whose age reaches the end of a bucket today.
pub fn first_ads(d: &ArmDay<'_>, state: &mut ArmState, sums: &mut Sums) {
    let ruled = state.ruled(d.arm);
    for s in state.signals.live_mut() {
        if s.ads == 0 || !d.world.window.reported(s.day) {
            continue;
        }
        if let Some(bucket) = FIRST_AD_AGES.iter().position(|last| d.day - s.day == *last) {
            let keep = &d.p.arms[ruled.by(usize::from(s.lane))].keep_chat;
            let total: f64 = earned(d, keep, &state.seats, s, Use::Ads).iter().sum();
            let (now, more) = first_ad(s, d.kept.any(total));
            sums.add(d.cell(TableId::FirstAd, [bucket]), more);
            s.earnings.first_ad_done = now;
        }
    }
}

/// Settles what was retired or vacated this morning, before today's races.
pub fn morning(d: &ArmDay<'_>, state: &mut ArmState, sums: &mut Sums) {
    if d.day == 0 && d.p.first_day < 0 {
        earnings::open_window(state);
    }
    earnings::move_anchor(d, state);
    let (ruled, settled) = (state.ruled(d.arm), &mut state.exposure.settled);
    for s in state.signals.drain_retired() {
        signal(d, ruled, &state.seats, &s, settled, sums);
    }
    if d.kept == Kept::Means {
        let (x, seats) = (&mut state.exposure, &mut state.seats);
        for v in state.signals.vacated() {
            categories::give_up(d.world, x, seats, *v);
        }
    }
    state.begin_anew(d.day);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::people::Setup;
    use overheard_model::tally::Tally;

    /// A signal that shows nothing more after two days: what is left of it when it is settled is rounding.
    #[test]
    fn no_bucket_of_first_ads_is_below_zero_and_they_add_up() {
        let setup = Setup::new(&[]);
        let layout = &setup.world.layout;
        for k in 1..200 {
            let mut state = ArmState::default();
            state.open(Signal {
                day: 0,
                weight: 3.0,
                ..Setup::signal()
            });
            state.seats.give(0).0.earned_ads[0][0][0] = 0.013 * k as f32;
            let mut sums = Sums::new(layout);
            let day = |day| ArmDay {
                p: &setup.params,
                world: &setup.world,
                kept: Kept::Means,
                stratum: 0,
                day,
                arm: 1,
            };
            for today in 0..=2 {
                first_ads(&day(today), &mut state, &mut sums);
            }
            let (ruled, settled) = (state.ruled(1), &mut Vec::new());
            let live = state.signals.live()[0];
            signal(&day(5), ruled, &state.seats, &live, settled, &mut sums);
            let mut tally = Tally::new(layout);
            sums.move_to(std::iter::once(&mut tally));
            let cells = tally.table(layout, TableId::FirstAd);
            assert!(cells.iter().all(|c| *c >= 0), "{k}: {cells:?}");
            assert_eq!(cells.iter().sum::<i64>(), 1 << 32, "{k}: {cells:?}");
            assert!(cells[0] > 0 && cells[FIRST_AD.len() - 1] >= 0);
        }
    }
}

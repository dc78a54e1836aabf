//! What a chat signal earned, read off sums that are kept per slot and not per signal.
//!
//! `A(d)` sums, over days up to `d`, the impressions per unit of chat mass times `r^(d - anchor)`, `r` the daily factor on
//! mass. Of a signal of weight `w` born on day `b`, `w r^(d-b)` is left on day `d`, so it has earned
//! `w r^(anchor-b) (A(d) - A(b-1))`.
//!
//! With one anchor for a whole window the terms of late days would vanish beside those of early ones (a half-life of
//! three days leaves 10⁻¹² after 120), so the anchor moves on, and what signals have earned so far moves into their base.

use overheard_model::block::{ArmState, Earnings, Seats, Signal, chat_column, topic_column};
use overheard_model::calendar::Day;
use overheard_model::columns::{LEAF, ROW, SLOTS, SlotSeats, TRUE_SLOTS};
use overheard_model::ids::App;
use overheard_model::math::Powers;

use crate::arm_day::ArmDay;
use crate::kept::Kept;
use crate::params::Params;

/// Days between anchors.
const SPAN: Day = 16;

impl Params {
    /// The anchor of the sums of a day.
    pub fn anchor(&self, day: Day) -> Day {
        day - (day - self.first_day) % SPAN
    }
}

/// What a signal was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// To choose ads.
    Ads,
    /// To choose organic items.
    Content,
}

/// Impressions per app that a signal earned so far: by the sums of its slot, or as counted. `keep`: the daily factor on its
/// mass.
pub fn earned(
    d: &ArmDay<'_>,
    keep: &Powers,
    seats: &Seats,
    signal: &Signal,
    of: Use,
) -> [f64; App::COUNT] {
    let earnings = &signal.earnings;
    let (reach, base, counted) = match of {
        Use::Ads => (signal.ads, earnings.base_ads, earnings.counted_ads),
        Use::Content => (
            signal.content,
            earnings.base_content,
            earnings.counted_content,
        ),
    };
    let scale = f64::from(signal.weight) * keep.at(d.p.anchor(d.day) - signal.day);
    let sums = earned_by_slot(seats, signal, of);
    std::array::from_fn(|app| {
        if reach >> app & 1 == 0 {
            return 0.0;
        }
        match d.kept {
            Kept::Means => (scale * (f64::from(sums[app]) - f64::from(base[app]))).max(0.0),
            Kept::Counts => f64::from(counted[app]),
        }
    })
}

/// On the morning of a new anchor the sums begin at zero again; every signal's base becomes minus what it has earned, in
/// the new unit. Counts have no unit and stay.
pub fn move_anchor(d: &ArmDay<'_>, state: &mut ArmState) {
    let (p, day) = (d.p, d.day);
    if d.kept == Kept::Counts || p.anchor(day) != day || day == p.first_day {
        return;
    }
    let ruled = state.ruled(d.arm);
    for s in state.signals.unsettled_mut() {
        let unit = p.arms[ruled.by(usize::from(s.lane))].keep_chat.at(-SPAN);
        let moved = |base: f32, sum: f32| ((f64::from(base) - f64::from(sum)) * unit) as f32;
        let [ads, content] = [Use::Ads, Use::Content].map(|of| earned_by_slot(&state.seats, s, of));
        let Earnings {
            base_ads,
            base_content,
            ..
        } = &mut s.earnings;
        for app in 0..App::COUNT {
            base_ads[app] = moved(base_ads[app], ads[app]);
            base_content[app] = moved(base_content[app], content[app]);
        }
    }
    for (_, row) in state.seats.rows_mut() {
        row.earned_ads = [[[0.0; ROW]; SLOTS]; App::COUNT];
        row.earned_content = [[[0.0; ROW]; SLOTS]; App::COUNT];
    }
}

/// The sums of a signal's slot per app.
fn earned_by_slot(seats: &Seats, signal: &Signal, of: Use) -> [f32; App::COUNT] {
    let slot = usize::from(signal.slot);
    seats
        .at(usize::from(signal.lane))
        .map_or([0.0; App::COUNT], |(row, l)| {
            let sums: &[SlotSeats; App::COUNT] = match of {
                Use::Ads => &row.earned_ads,
                Use::Content => &row.earned_content,
            };
            sums.each_ref().map(|slots| slots[slot][l])
        })
}

/// Forgets what a warm-up showed: the window's totals begin on its first reported day, and so does what signals that
/// were born before it have earned.
pub fn open_window(state: &mut ArmState) {
    let x = &mut state.exposure;
    x.unmarked = [[0.0; LEAF]; App::COUNT];
    x.marked = [[0; LEAF]; App::COUNT];
    x.displaced = [0.0; LEAF];
    x.expected = [0.0; LEAF];
    x.by_slot = [[[0.0; LEAF]; TRUE_SLOTS]; topic_column::COUNT];
    x.by_category.clear();
    x.blind = [0.0; LEAF];
    x.ads_by_category.clear();
    x.settled.clear();
    for (_, row) in state.seats.rows_mut() {
        row.by_slot = [[[0.0; ROW]; SLOTS]; chat_column::COUNT];
        row.all_by_slot = [[[0.0; ROW]; SLOTS]; topic_column::COUNT];
    }
    for s in state.signals.unsettled_mut() {
        s.earnings = Earnings {
            base_ads: earned_by_slot(&state.seats, s, Use::Ads),
            base_content: earned_by_slot(&state.seats, s, Use::Content),
            counted_ads: [0; App::COUNT],
            counted_content: [0; App::COUNT],
            first_ad_done: s.earnings.first_ad_done,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::people::Setup;

    fn day(setup: &Setup, kept: Kept, day: Day) -> ArmDay<'_> {
        ArmDay {
            p: &setup.params,
            world: &setup.world,
            kept,
            stratum: 0,
            day,
            arm: 1,
        }
    }

    /// Earned on `0.5` impressions a day and unit of mass, in closed form: `w ½ (1 - r^n) / (1 - r)` after `n` days.
    #[test]
    fn a_late_signal_is_told_from_what_was_shown_before_it() {
        let setup = Setup::new(&["signals.half_life_chat=3"]);
        let p = &*setup.params;
        let keep = &p.arms[1].keep_chat;
        for born in [0, 15, 16, 17, 100, 119] {
            let mut state = ArmState::default();
            let mut signal = None;
            for today in 0..120 {
                if today == born {
                    state.open(Signal {
                        day: today,
                        weight: 3.0,
                        ..Setup::signal()
                    });
                }
                let d = day(&setup, Kept::Means, today);
                move_anchor(&d, &mut state);
                let unit = 0.5 * keep.at(today - p.anchor(today));
                state.seats.give(0).0.earned_ads[0][0][0] += unit as f32;
                signal = state.signals.live().first().copied();
                let Some(signal) = signal else { continue };
                let [got, ..] = earned(&d, keep, &state.seats, &signal, Use::Ads);
                let days = f64::from(today - born + 1);
                let want = 1.5 * (1.0 - libm::pow(keep.base(), days)) / (1.0 - keep.base());
                assert!(
                    (got - want).abs() < 2e-6 * want,
                    "born {born}, day {today}: {got} for {want}"
                );
            }
            assert!(signal.is_some());
        }
    }

    #[test]
    fn a_warm_up_leaves_no_exposure_behind() {
        let setup = Setup::new(&[]);
        let keep = &setup.params.arms[1].keep_chat;
        for kept in [Kept::Means, Kept::Counts] {
            let mut state = ArmState::default();
            state.open(Signal {
                day: 0,
                ..Setup::signal()
            });
            state.signals.live_mut()[0].earnings.counted_ads = [4; App::COUNT];
            state.seats.give(0).0.earned_ads[0][0][0] = 4.0;
            state.exposure.marked[0][0] = 4;
            let d = day(&setup, kept, 0);
            let of = |state: &ArmState| {
                let signal = &state.signals.live()[0];
                earned(&d, keep, &state.seats, signal, Use::Ads)
            };
            assert_eq!(of(&state)[0], 4.0);
            open_window(&mut state);
            assert_eq!((of(&state)[0], state.exposure.marked[0][0]), (0.0, 0));
        }
    }
}

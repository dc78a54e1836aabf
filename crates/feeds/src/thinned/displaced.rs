//! How much of what fills a slot differs between two arms.

use overheard_model::columns::{ROW, SPILL_SLOTS, TRUE_SLOTS};
use overheard_model::topics::{NO_TOPIC, TopicId};
use overheard_model::vector::Place;
use pulp::Simd;

use super::people::{Row, Z};
use super::race::Race;
use super::shown::{Shown, flow};
use crate::prices::DayDemand;

/// One arm's side of the comparison.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    pub race: &'a Race,
    pub demand: &'a DayDemand,
    /// The spilled topics of each person, [`NO_TOPIC`] where the race did not look at them; none if nobody of the row has any.
    pub spilled: Option<&'a Spilled>,
}

/// The spilled topics of a row's people.
pub type Spilled = [[TopicId; ROW]; SPILL_SLOTS];

impl Side<'_> {
    /// A person's spilled topics.
    fn topics(&self, l: usize) -> impl Iterator<Item = TopicId> {
        self.spilled.into_iter().flatten().map(move |row| row[l])
    }

    /// Weights of manual, custom and optimised ads on a spilled topic: in whatever spill slot it sits here, and if in
    /// none, those of a topic of which nothing is known.
    fn on(&self, topic: TopicId, l: usize) -> [f32; 3] {
        let race = self.race;
        match self.topics(l).position(|own| own == topic) {
            Some(spill) => {
                let s = TRUE_SLOTS + spill;
                let optimised = race.optimised[s][l] * race.scale[l];
                [race.manual[s][l], race.custom[s][l], optimised]
            }
            None => {
                let [.., share] = self.demand.lanes[usize::from(topic)];
                [0.0, 0.0, race.optimised_all[l] * race.spread[l] * share]
            }
        }
    }
}

/// The sum of absolute differences between the two arms' chances of what fills a slot: each kind on each topic that either
/// profile holds, optimised ads on other topics, nothing. `CHATS`: spilled topics, too, of people with `slots`.
#[inline(always)]
pub fn apart<const CHATS: bool, S: Simd>(simd: S, [own, base]: [Side<'_>; 2], slots: &Row) -> Row {
    let (mut total, mut rest, mut base_rest) = (Z, Z, Z);
    for at in Place::all(simd, ROW) {
        standing(
            at,
            own.race,
            base.race,
            [&mut total, &mut rest, &mut base_rest],
        );
    }
    if let (true, Some(topics), None) = (CHATS, own.spilled, base.spilled) {
        let shares = shares(topics, base.demand);
        for at in Place::all(simd, ROW) {
            let sums = [&mut total, &mut rest, &mut base_rest];
            spilled_here(at, own.race, base.race, &shares, sums);
        }
    } else if CHATS {
        for l in (0..ROW).filter(|l| slots[*l] > 0.0) {
            spilled(
                own,
                base,
                l,
                &mut total[l],
                [&mut rest[l], &mut base_rest[l]],
            );
        }
    }
    let mut apart = Z;
    for at in Place::all(simd, ROW) {
        let (k, kb) = (at.get(&own.race.per_weight), at.get(&base.race.per_weight));
        let others = (k * at.get(&rest) - kb * at.get(&base_rest)).abs();
        at.put(&mut apart, at.get(&total) + others);
    }
    apart
}

/// Half of what the arms are [`apart`], times the slots: written as one app's flow of `shown`, and added to the day's; of people
/// with a live signal apart.
#[inline(always)]
pub fn displace<S: Simd>(
    simd: S,
    apart: &Row,
    slots: &Row,
    held: Option<&Row>,
    app: usize,
    shown: &mut Shown,
) {
    let flows = &mut shown.flows[app];
    for at in Place::all(simd, ROW) {
        let displaced = at.get(slots) * at.of(0.5) * at.get(apart);
        at.put(&mut flows[flow::DISPLACED], displaced);
        at.add(&mut shown.displaced_today, displaced);
        if let Some(held) = held {
            at.put(&mut flows[flow::HELD_DISPLACED], displaced * at.get(held));
        }
    }
}

/// What differs on slots that both arms have, and what is left to optimised ads on other topics.
#[inline(always)]
fn standing<S: Simd>(at: Place<S>, own: &Race, base: &Race, sums: [&mut Row; 3]) {
    let (k, kb) = (at.get(&own.per_weight), at.get(&base.per_weight));
    let (scale, base_scale) = (at.get(&own.scale), at.get(&base.scale));
    let (mut rest, mut base_rest) = (at.get(&own.optimised_all), at.get(&base.optimised_all));
    let mut total = (at.get(&own.fill) - at.get(&base.fill)).abs();
    for s in 0..TRUE_SLOTS {
        total += (k * at.get(&own.manual[s]) - kb * at.get(&base.manual[s])).abs();
        total += (k * at.get(&own.custom[s]) - kb * at.get(&base.custom[s])).abs();
        let optimised = at.get(&own.optimised[s]) * scale;
        let base_optimised = at.get(&base.optimised[s]) * base_scale;
        total += (k * optimised - kb * base_optimised).abs();
        rest = rest - optimised;
        base_rest = base_rest - base_optimised;
    }
    for (row, value) in sums.into_iter().zip([total, rest, base_rest]) {
        at.put(row, value);
    }
}

/// The shares that topics have in all optimised demand.
#[inline(always)]
fn shares(topics: &Spilled, demand: &DayDemand) -> [Row; SPILL_SLOTS] {
    let mut shares = [Z; SPILL_SLOTS];
    for (shares, topics) in shares.iter_mut().zip(topics) {
        for l in 0..ROW {
            shares[l] = demand.lanes[usize::from(topics[l])][3];
        }
    }
    shares
}

/// What spilled topics add where the base arm heard nobody: there they are topics like any other, of these shares of the demand. It is
/// what [`spilled`] finds person by person.
#[inline(always)]
fn spilled_here<S: Simd>(
    at: Place<S>,
    own: &Race,
    base: &Race,
    shares: &[Row; SPILL_SLOTS],
    sums: [&mut Row; 3],
) {
    let (k, kb) = (at.get(&own.per_weight), at.get(&base.per_weight));
    let scale = at.get(&own.scale);
    let blind = at.get(&base.optimised_all) * at.get(&base.spread);
    let [mut total, mut rest, mut base_rest] = sums.each_ref().map(|row| at.get(row));
    for (s, share) in (TRUE_SLOTS..).zip(shares) {
        total += (k * at.get(&own.manual[s])).abs();
        total += (k * at.get(&own.custom[s])).abs();
        let optimised = at.get(&own.optimised[s]) * scale;
        let base_optimised = blind * at.get(share);
        total += (k * optimised - kb * base_optimised).abs();
        rest = rest - optimised;
        base_rest = base_rest - base_optimised;
    }
    for (row, value) in sums.into_iter().zip([total, rest, base_rest]) {
        at.put(row, value);
    }
}

/// A person's spilled topics may sit in other spill slots in the base arm, or in none: they are compared by topic.
fn spilled(own: Side<'_>, base: Side<'_>, l: usize, total: &mut f32, rest: [&mut f32; 2]) {
    let [rest, base_rest] = rest;
    let (k, kb) = (own.race.per_weight[l], base.race.per_weight[l]);
    let others = base
        .topics(l)
        .filter(|topic| own.topics(l).all(|known| known != *topic));
    for topic in own
        .topics(l)
        .chain(others)
        .filter(|topic| *topic != NO_TOPIC)
    {
        let (here, there) = (own.on(topic, l), base.on(topic, l));
        for (a, b) in here.iter().zip(there) {
            *total += (k * a - kb * b).abs();
        }
        *rest -= here[2];
        *base_rest -= there[2];
    }
}

#[cfg(test)]
mod tests {
    use overheard_model::isa::{Isa, Kernel};

    use super::*;
    use crate::events::people::Setup;

    struct Apart<'a>([Side<'a>; 2], &'a mut Row);

    impl Kernel for Apart<'_> {
        fn run<S: Simd>(self, simd: S) {
            *self.1 = apart::<true, S>(simd, self.0, &Row([1.0; ROW]));
        }
    }

    /// A race of made-up weights.
    fn race(seed: u32) -> Race {
        let mut state = seed;
        let mut random = || {
            state = state.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
            (state >> 8) as f32 / (1 << 24) as f32
        };
        let mut race = Race::default();
        for l in 0..ROW {
            for s in 0..TRUE_SLOTS + SPILL_SLOTS {
                race.manual[s][l] = random();
                race.custom[s][l] = random();
                race.optimised[s][l] = random();
            }
            race.optimised_all[l] = 4.0 + random();
            for row in [
                &mut race.scale,
                &mut race.spread,
                &mut race.per_weight,
                &mut race.fill,
            ] {
                row[l] = random();
            }
        }
        race
    }

    /// Where the base arm heard nobody, what a whole row is found to be apart is what its people are, one by one.
    #[test]
    fn people_whom_one_arm_heard_are_apart_as_found_one_by_one() {
        let setup = Setup::new(&[]);
        let demand = setup.params.demand_of(1, 0, 0);
        let [own, base] = [race(1), race(2)];
        let topics: Spilled =
            std::array::from_fn(|s| std::array::from_fn(|l| (5 * s + l) as TopicId));
        let nothing = [[NO_TOPIC; ROW]; SPILL_SLOTS];
        let side = |race, spilled| Side {
            race,
            demand,
            spilled,
        };
        for isa in ["scalar", "avx2", "avx512"]
            .into_iter()
            .filter_map(Isa::named)
        {
            let [mut row, mut people] = [Z; 2];
            let own = side(&own, Some(&topics));
            isa.run_kernel(Apart([own, side(&base, None)], &mut row));
            isa.run_kernel(Apart([own, side(&base, Some(&nothing))], &mut people));
            assert_eq!(row, people, "{}", isa.name());
            let mut none = Z;
            isa.run_kernel(Apart([side(own.race, None), side(&base, None)], &mut none));
            assert!((0..ROW).all(|l| none[l] != row[l]), "spilled topics count");
        }
    }
}

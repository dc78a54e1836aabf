//! Which apps share an account group: where a signal may go.

use overheard_model::ids::{App, Surface};

use crate::params::{ArmParams, JOINS};

/// Bits per app reached from each surface, for a person with these apps and these uniforms against the joining knobs.
///
/// One group can form around Facebook; the other apps each join it or stay alone. The assistant's own
/// app and the glasses are signed in with that group's account, or with the person's first app where there is none.
pub fn reach(p: &ArmParams, apps: u8, u_joined: [f32; JOINS.len()]) -> [u8; Surface::COUNT] {
    let group = group(p, apps, u_joined);
    let own = |app: u8| if group & app != 0 { group } else { app & apps };
    let account = if group != 0 {
        group
    } else {
        apps & apps.wrapping_neg()
    };
    std::array::from_fn(|s| if s < App::COUNT { own(1 << s) } else { account })
}

/// Bits of the apps that share the account group around Facebook.
pub fn group(p: &ArmParams, apps: u8, u_joined: [f32; JOINS.len()]) -> u8 {
    let mut group = 1u8 << App::Facebook.index();
    for (k, (app, _)) in JOINS.iter().enumerate() {
        if u_joined[k] < p.joined[k] {
            group |= 1 << app.index();
        }
    }
    group &= apps;
    if p.unlink || group.count_ones() < 2 {
        group = 0;
    }
    group
}

#[cfg(test)]
mod tests {
    use super::*;
    use overheard_scenario::Scenario;

    /// The reach from each of the first four apps and from the assistant's own app, by the uniforms of the first three that
    /// can join.
    fn check(unlink: bool, apps: u8, u: [f32; 3], expected: [u8; 5]) {
        let scenario = Scenario::defaults();
        let world = crate::tests::world(&scenario, 1);
        let mut p = crate::Params::new(&scenario, &world, Default::default())
            .arms
            .remove(0);
        p.unlink = unlink;
        p.joined[..3].copy_from_slice(&[0.9, 0.5, 0.1]);
        let mut all = [1.0; JOINS.len()];
        all[..3].copy_from_slice(&u);
        let reach = reach(&p, apps, all);
        assert_eq!(reach[..4], expected[..4], "{apps:04b} {u:?}");
        assert!(reach[App::COUNT..].iter().all(|to| *to == expected[4]));
    }

    #[test]
    fn groups() {
        check(
            false,
            0b1111,
            [0.5, 0.2, 0.5],
            [0b1011, 0b1011, 0b0100, 0b1011, 0b1011],
        );
        check(false, 0b1111, [0.95, 0.9, 0.5], [1, 2, 4, 8, 1]);
        check(false, 0b1111, [0.0, 0.0, 0.0], [15; 5]);
        check(true, 0b1111, [0.0, 0.0, 0.0], [1, 2, 4, 8, 1]);
        check(false, 0b0100, [0.0, 0.0, 0.0], [0, 0, 4, 0, 4]);
        check(false, 0b0110, [0.0, 0.2, 0.05], [0, 6, 6, 0, 6]);
    }
}

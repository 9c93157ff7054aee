//! The arithmetic of the ranking, in integers only.
//!
//! Two rules shape it. *The order of threads cannot matter*, so nothing is summed in floating
//! point. *One edited post must not move every weight*, so whatever is taken from the whole
//! collection (how many posts hold a term, how many there are, how long they are) counts in
//! steps of √2 and stays put under small changes.

/// Returns ⌊2·log₂(x)⌋, the number of √2 steps from 1 to `x`; 0 for 0.
pub(super) fn step(x: u64) -> u32 {
    let square = u128::from(x.max(1)) * u128::from(x.max(1));
    square.ilog2()
}

/// Rounds down to a step of √2.
pub(super) fn rounded(x: u64) -> u32 {
    const STEPS: [u32; 64] = {
        let (mut steps, mut at) = ([0; 64], 0);
        while at < 64 {
            steps[at] = (1_u64 << at).isqrt() as u32;
            at += 1;
        }
        steps
    };
    STEPS[step(x) as usize]
}

/// Spreads a number over all bits (the finaliser of SplitMix64, Steele and others 2014).
pub(super) fn mixed(number: u64) -> u64 {
    let number = (number ^ number >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ number >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ number >> 31
}

/// Returns the rarity of a term that `holders` of `total` posts hold, in half bits.
///
/// This is BM25's inverse document frequency, ln((N + ½) / (n + ½)), which on a scale of √2
/// steps is a difference of two step numbers; one bit more keeps apart what rounding made equal.
/// A term that one post alone holds relates it to nothing, one that most hold tells nothing:
/// both weigh nothing.
pub(super) fn rarity(total: u32, holders: u32) -> u32 {
    if holders < 2 {
        return 0;
    }
    match step(2 * u64::from(total) + 1).saturating_sub(step(2 * u64::from(holders) + 1)) {
        ..2 => 0,
        steps => steps + 2,
    }
}

/// How a count of a term is dampened, by the length of its post.
#[derive(Clone, Copy)]
pub(super) struct Saturation {
    /// k₁·(1 − b + b·length/mean), in 1/64 of a counting unit.
    pivot: u32,
    /// (k₁ + 1)·2⁸.
    ceiling: u32,
}

/// A pair of BM25 parameters.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    /// k₁ in 1/16: how slowly repetition loses its effect.
    pub(super) k1: u64,
    /// b in 1/16: how much of the length is held against a post.
    pub(super) b: u64,
}

/// The usual parameters, for a post that may be shown: k₁ 1.2, b a little below .75.
pub(super) const SHOWN: Shape = Shape { k1: 19, b: 10 };

/// The parameters for a post beside which others are shown: k₁ 3, b .75.
///
/// What a post says often is what it is about; as the question, repetition counts for more.
pub(super) const ASKING: Shape = Shape { k1: 48, b: 12 };

impl Saturation {
    /// Prepares for a post of a `length` among posts of a `mean` length, in the same unit.
    pub(super) fn new(shape: Shape, length: u32, mean: u32, unit: u64) -> Self {
        let ratio = 64 * u64::from(length) / u64::from(mean.max(1));
        let share = (16 - shape.b) * 64 + shape.b * ratio;
        // From 2²⁵ on no count weighs anything.
        let pivot = (shape.k1 * share * unit / (16 * 16)).clamp(1, 1 << 25);
        Self { pivot: pivot as u32, ceiling: ((shape.k1 + 16) * 16) as u32 }
    }

    /// Tabulates the counts that most terms have: looking up is many times faster than dividing.
    pub(super) fn tabulated(self) -> Tabulated {
        let mut few = [0; FEW];
        for (count, weight) in (0..).zip(&mut few) {
            *weight = self.apply(count);
        }
        Tabulated { few, any: self }
    }

    /// Returns count·(k₁+1) / (count + pivot), in 1/256.
    pub(super) fn apply(self, count: u8) -> u32 {
        let count = u32::from(count) * 64;
        count * self.ceiling / (count + self.pivot)
    }
}

/// Counts below this one are tabulated.
const FEW: usize = 16;

/// A [`Saturation`] with what it makes of few of something.
pub(super) struct Tabulated {
    few: [u32; FEW],
    any: Saturation,
}

impl Tabulated {
    /// Returns the same as [`Saturation::apply`].
    pub(super) fn apply(&self, count: u8) -> u32 {
        self.few.get(usize::from(count)).copied().unwrap_or_else(|| self.any.apply(count))
    }
}

/// What stays of a score for ever, in 1/65,536.
const FLOOR: u64 = 39_322;
/// What a day leaves of the rest: 2^(−1/365), in 1/2³².
const DAILY: u64 = 4_286_818_749;
/// Days after which the part that decays is gone.
const HORIZON: usize = 4096;

/// What is left of a score after a number of days, in 1/65,536.
pub(super) struct Decay {
    kept: Vec<u32>,
}

impl Decay {
    /// Tabulates how fast news loses interest: six tenths of a score stay for ever, of the rest one half goes each year.
    pub(super) fn new() -> Self {
        let mut fading: u64 = 1 << 32;
        let kept = (0..HORIZON)
            .map(|_| {
                let now = FLOOR + (((65_536 - FLOOR) * fading) >> 32);
                fading = (fading * DAILY) >> 32;
                now as u32
            })
            .collect();
        Self { kept }
    }

    /// Dampens a score by the days between two posts.
    pub(super) fn apply(&self, score: u32, one: i32, other: i32) -> u32 {
        ((u64::from(score) * u64::from(self.kept(one.abs_diff(other)))) >> 16) as u32
    }

    /// Returns the least score of which `least` can be left between a post and one of some `days`, which
    /// are sorted, the newest first.
    pub(super) fn undamped(&self, least: u32, one: i32, days: &[i32]) -> u32 {
        let (Some(newest), Some(oldest)) = (days.first(), days.last()) else { return least };
        let kept = self.kept(one.abs_diff(one.clamp(*oldest, *newest)));
        (u64::from(least) << 16).div_ceil(u64::from(kept.max(1))).min(u64::from(u32::MAX)) as u32
    }

    fn kept(&self, days: u32) -> u32 {
        self.kept.get((days as usize).min(HORIZON - 1)).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_half_an_octave() {
        assert_eq!([1, 2, 4, 8].map(step), [0, 2, 4, 6]);
        assert_eq!(step(3), 3);
        assert_eq!(step(u64::MAX), 127);
    }

    #[test]
    fn rarity_ignores_small_changes() {
        assert_eq!(rarity(10_000, 500), rarity(10_010, 501));
        assert_eq!(rarity(10_000, 1), 0);
        assert!(rarity(10_000, 2) > rarity(10_000, 10));
        assert_eq!(rarity(10, 10), 0);
    }

    #[test]
    fn a_score_decays_to_its_floor() {
        let decay = Decay::new();
        assert_eq!(decay.apply(10_000, 5, 5), 10_000);
        assert_eq!(decay.apply(10_000, 0, 365) / 10, 799);
        assert_eq!(decay.apply(10_000, -100_000, 100_000) / 10, 600);
    }

    #[test]
    fn a_damped_score_is_found_again() {
        let decay = Decay::new();
        for least in [1, 20, 777, 4_000_000] {
            let undamped = decay.undamped(least, 500, &[400, 300]);
            assert!(decay.apply(undamped, 500, 400) >= least && decay.apply(undamped - 1, 500, 400) < least);
            assert_eq!(decay.undamped(least, 350, &[400, 300]), least);
        }
    }

    #[test]
    fn repetition_saturates() {
        let even = Saturation::new(SHOWN, 100, 100, 2);
        assert!((250..=262).contains(&even.apply(2)));
        assert!(even.apply(4) < 2 * even.apply(2));
        let tabulated = even.tabulated();
        assert!((0..=u8::MAX).all(|count| tabulated.apply(count) == even.apply(count)));
        let long = Saturation::new(SHOWN, 1000, 100, 2);
        assert!(long.apply(2) < even.apply(2) / 2);
    }
}

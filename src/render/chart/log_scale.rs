//! A log scale of amounts and the round figures to mark on it.

/// Whole decades of amounts drawn from one coordinate to another.
#[derive(Debug)]
pub(super) struct LogScale {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl LogScale {
    /// Covers all amounts with whole decades, at least one.
    ///
    /// This only works if every amount is drawable; with none, it covers 1 to 10.
    pub(super) fn covering(amounts: impl Iterator<Item = f64>, from: f64, to: f64) -> Self {
        let (low, high) = amounts
            .map(f64::log10)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), exponent| (low.min(exponent), high.max(exponent)));
        if low > high {
            return Self { low: 0.0, high: 1.0, from, to };
        }
        // The logarithm of a power of ten may miss the whole number by a bit.
        let (mut low, mut high) = ((low + 1e-9).floor(), (high - 1e-9).ceil());
        if low >= high {
            // One power of ten: it stands in the middle.
            (low, high) = (low - 1.0, low + 1.0);
        }
        Self { low, high, from, to }
    }

    /// Begins one decade lower, for bars: the smallest must have a length.
    pub(super) fn with_room_below(self) -> Self {
        Self { low: self.low - 1.0, ..self }
    }

    /// Gives the amount at which the scale begins.
    pub(super) fn start(&self) -> f64 {
        10_f64.powi(self.low as i32)
    }

    pub(super) fn place(&self, amount: f64) -> f64 {
        let share = (amount.log10() - self.low) / (self.high - self.low);
        self.from + share * (self.to - self.from)
    }

    /// Gives how many decades lie between two marks so that there are `most` at the most.
    pub(super) fn decades_per_tick(&self, most: usize) -> i32 {
        let intervals = most.saturating_sub(1).max(1) as f64;
        ((self.high - self.low) / intervals).ceil().max(1.0) as i32
    }

    /// Places a power of ten every so many decades, but not where the scale begins.
    pub(super) fn powers(&self, decades: i32) -> Vec<f64> {
        let (low, high) = (self.low as i32, self.high as i32);
        let step = decades.unsigned_abs().max(1) as usize;
        let powers = (low..=high).step_by(step).skip(1);
        powers.map(|power| self.place(10_f64.powi(power))).collect()
    }

    /// Marks powers of ten, and figures between them where the range is small.
    pub(super) fn ticks(&self, most: usize) -> Vec<f64> {
        let step = self.decades_per_tick(most);
        let between: &[f64] = match self.high - self.low {
            span if span <= 1.0 => &[1.0, 2.0, 5.0],
            span if span <= 2.0 => &[1.0, 3.0],
            _ => &[1.0],
        };
        let (low, high) = (self.low as i32, self.high as i32);
        let mut ticks = Vec::new();
        for exponent in (low..=high).step_by(step.unsigned_abs() as usize) {
            let factors = if exponent == high { &[1.0] } else { between };
            ticks.extend(factors.iter().map(|factor| factor * 10_f64.powi(exponent)));
        }
        ticks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_decades_are_covered() {
        let scale = LogScale::covering([20e6, 300e9].into_iter(), 0.0, 5.0);
        assert_eq!(scale.ticks(9), [1e7, 1e8, 1e9, 1e10, 1e11, 1e12]);
        assert_eq!(scale.place(1e7), 0.0);
        assert_eq!(scale.place(1e12), 5.0);
    }

    #[test]
    fn one_amount_has_a_decade_around_it() {
        let scale = LogScale::covering([1e9].into_iter(), 0.0, 1.0);
        assert_eq!(scale.ticks(9), [1e8, 3e8, 1e9, 3e9, 1e10]);
        let scale = LogScale::covering([3e9].into_iter(), 0.0, 1.0);
        assert_eq!(scale.ticks(9), [1e9, 2e9, 5e9, 1e10]);
    }

    #[test]
    fn a_huge_range_has_few_marks() {
        let scale = LogScale::covering([1.0, 1e12].into_iter(), 0.0, 1.0);
        assert!(scale.ticks(6).len() <= 6);
    }
}

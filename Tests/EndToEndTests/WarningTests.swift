import TestSupport
import Testing

/// What `run` and `study` tell of settings that are probably not meant.
@Suite struct WarningTests {
  @Test func `run and study tell warnings before they start anything`() throws {
    try withPrimer { primer in
      // Without an engine nothing is started.
      let primer = try primer.copied()
      try primer.write(
        """
        encoder = { path = "encoder" }
        adapter = { reductionFactor = 64 }
        priming = { languages = ["en", "de"], inner = { steps = 0 } }
        tuning = { languages = ["de"] }
        """, to: "x.toml")
      try primer.write("{\"hidden_size\": 32}", to: "encoder/config.json")
      try primer.write(
        """
        name = "s"
        base = "x.toml"
        control = "none"
        [[method]]
        name = "none"
        set = { "priming.method" = "none" }
        [[method]]
        name = "primed"
        [[tuning]]
        name = "adapter"
        """, to: "study.toml")
      let run = try primer("run", "x.toml", "--notebook", "book")
      let study = try primer("study", "study.toml", "--notebook", "book")
      let steps =
        "maml with no inner steps is multi-task priming; expected at least 1 inner step, or "
        + "priming.method = \"multitask\"\n"
      let languages = "de is also in priming.languages: F1 there is not cross-lingual; expected"
      let width =
        "adapter.reductionFactor is 64, and the encoder's hidden size 32: the bottleneck has 1 "
        + "unit; expected at most 32\n"
      for text in [steps, languages, width] {
        #expect(run.errors.contains("Warning: \(text)"), "\(run.errors)")
      }
      for text in ["primed: \(steps)", "primed: \(languages)", width] {
        #expect(study.errors.contains("Warning: \(text)"), "\(study.errors)")
      }
      #expect(run.status == 1 && study.status == 1)
    }
  }
}

package import NotebookScreens

/// What a reader who does not have the notebook is to know of some runs, or of a study.
///
/// A report is a plain value: `html` and `markdown` write it. Nothing in it depends on when or where it
/// is made, so that the same notebook gives the same bytes.
package struct Report: Sendable {
  /// A part with a heading.
  package struct Section: Sendable {
    /// What stands above it.
    package var title: String
    /// What it holds.
    package var blocks: [Block]

    /// A section of some blocks.
    package init(_ title: String, _ blocks: [Block]) {
      self.title = title
      self.blocks = blocks
    }
  }

  /// A piece of a section.
  package indirect enum Block: Sendable {
    /// Text of this program, with what people called things.
    case paragraph(String)
    /// Sentences, one below the other.
    case list([String])
    /// A heading below the section's.
    case heading(String)
    /// Markdown that people wrote.
    case prose(String)
    case table(ReportTable)
    /// Curves.
    case chart(RunCharts.Titled)
    /// Differences with their intervals.
    case intervals(IntervalPlot)
    /// Lines as they are: commands, or a file.
    case code(String)
    /// What is folded away until it is asked for.
    case folded(String, [Block])
  }

  /// What the report is of.
  package var title: String
  /// What came out, in a sentence or two.
  package var summary: [String]
  /// The parts.
  package var sections: [Section]

  /// A report of some parts; those without blocks are left out.
  package init(title: String, summary: [String], sections: [Section]) {
    self.title = title
    self.summary = summary
    self.sections = sections.filter { !$0.blocks.isEmpty }
  }
}

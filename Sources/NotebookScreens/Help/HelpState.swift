package import TerminalUI

/// The help screen: how far it is scrolled, and from where it was opened.
package struct HelpState: Hashable, Sendable {
  /// Where the keys went before; its keys are shown first.
  package var origin: KeyContext
  package var offset = 0
  /// Words that a line has to have to be shown.
  package var search = ""

  package init(origin: KeyContext) { self.origin = origin }
}

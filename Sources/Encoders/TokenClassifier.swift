package import Tensors

/// Padded rows of subwords with a tag for the first subword of each word.
package struct TokenClassificationBatch {
  /// What the encoder reads.
  package var input: EncoderInput
  /// Tag ids, (batch, subwords); −100 where there is nothing to tag.
  package var labels: Tensor
  /// The number of sentences.
  package var sentenceCount: Int { input.inputIDs.shape[0] }

  /// A batch from tensors, all (batch, subwords).
  package init(input: EncoderInput, labels: Tensor) {
    precondition(
      input.inputIDs.shape == labels.shape,
      "Labels \(labels.shape) must have the shape of the ids \(input.inputIDs.shape)")
    self.input = input
    self.labels = labels
  }

  /// A batch from sentences, padded to the longest of them.
  package init(_ sentences: [EncodedSentence], paddingID: Int) {
    let input = EncoderInput(rows: sentences.map(\.ids), paddingID: paddingID)
    let length = input.inputIDs.shape[1]
    let labels = sentences.flatMap { sentence in
      sentence.labels + Array(repeating: -100, count: length - sentence.labels.count)
    }
    self.init(input: input, labels: Tensor(integers: labels, shape: [sentences.count, length]))
  }
}

extension EncoderInput {
  /// Rows of subword ids, padded to the longest of them.
  package init(rows: [[Int]], paddingID: Int) {
    precondition(!rows.isEmpty, "A batch has at least one sentence")
    let length = rows.reduce(0) { max($0, $1.count) }
    var ids: [Int] = []
    var mask: [Int] = []
    for row in rows {
      let padding = length - row.count
      ids += row + Array(repeating: paddingID, count: padding)
      mask += Array(repeating: 1, count: row.count) + Array(repeating: 0, count: padding)
    }
    let shape = [rows.count, length]
    self.init(
      inputIDs: Tensor(integers: ids, shape: shape),
      attentionMask: Tensor(integers: mask, shape: shape))
  }
}

extension TokenClassificationBatch {
  /// The batch in at most `count` parts of about as many subwords, each with its share of the labelled
  /// ones; a part without any is left out.
  package func parts(_ count: Int) -> [(batch: TokenClassificationBatch, share: Double)] {
    guard count > 1, sentenceCount > 1 else { return [(self, 1)] }
    let length = input.inputIDs.shape[1]
    let (mask, labels) = (input.attentionMask.integers, labels.integers)
    func number(in row: Int, where isCounted: (Int) -> Bool) -> Int {
      (row * length..<(row + 1) * length).count(where: isCounted)
    }
    let labelled = (0..<sentenceCount).map { row in number(in: row) { labels[$0] != -100 } }
    let total = labelled.reduce(0, +)
    guard total > 0 else { return [(self, 1)] }
    let rows = Workers.divide(
      (0..<sentenceCount).map { row in number(in: row) { mask[$0] != 0 } }, into: count)
    return rows.compactMap { rows in
      let own = rows.reduce(0) { $0 + labelled[$1] }
      guard own > 0 else { return nil }
      return (
        TokenClassificationBatch(
          input: EncoderInput(
            inputIDs: input.inputIDs.gathered(rows),
            attentionMask: input.attentionMask.gathered(rows)),
          labels: self.labels.gathered(rows)), Double(own) / Double(total)
      )
    }
  }
}

/// An encoder with a tagging head.
package struct TokenClassifier: Sendable {
  /// The encoder, perhaps with an adapter inside.
  package var encoder: Encoder
  /// The head on top.
  package var head: TaggingHead
  /// Whether losses and tags are computed on packed subwords, or on padded rows: the fast form or
  /// the plain one.
  package var isPacked: Bool

  /// A classifier from its two parts.
  package init(encoder: Encoder, head: TaggingHead, isPacked: Bool = true) {
    self.encoder = encoder
    self.head = head
    self.isPacked = isPacked
  }

  /// Scores for each tag, (batch, subwords, tags).
  package func logits(
    _ parameters: Parameters, _ input: EncoderInput, chance: TensorGenerator? = nil
  ) -> Tensor {
    let hidden = encoder.hiddenStates(parameters, input, chance: chance)
    let dropped = dropout(hidden, encoder.configuration.hiddenDropout, chance)
    return head.logits(parameters, dropped)
  }

  /// The mean cross entropy over labelled subwords, a scalar.
  package func loss(
    _ parameters: Parameters, _ batch: TokenClassificationBatch, chance: TensorGenerator? = nil
  ) -> Tensor {
    guard isPacked else {
      return logits(parameters, batch.input, chance: chance)
        .reshaped([-1, head.tagCount])
        .crossEntropy(batch.labels.reshaped([-1]))
    }
    let packed = PackedInput(batch.input, configuration: encoder.configuration)
    let labels = batch.labels.integers
    let labelled = packed.places.indices.filter { labels[packed.places[$0]] != -100 }
    precondition(!labelled.isEmpty, "A batch has at least one labelled subword")
    let hidden = encoder.hiddenStates(parameters, packed: packed, chance: chance)
    let rows = hidden.embedding(Tensor(integers: labelled, shape: [labelled.count]))
    let dropped = dropout(rows, encoder.configuration.hiddenDropout, chance)
    return head.logits(parameters, dropped).crossEntropy(
      Tensor(
        integers: labelled.map { labels[packed.places[$0]] }, shape: [labelled.count]))
  }

  /// The tag with the largest score for each subword, in rows of the longest sentence's length; 0
  /// at padding.
  package func bestTags(
    _ parameters: Parameters, _ input: EncoderInput, withProbabilities: Bool = false
  ) -> [TagChoice] {
    withoutGradients {
      guard isPacked else {
        return choices(logits(parameters, input).reshaped([-1, head.tagCount]), withProbabilities)
      }
      let (ids, mask) = (input.inputIDs.integers, input.attentionMask.integers)
      let shape = input.inputIDs.shape
      let lengths = (0..<shape[0]).map { row in
        mask[row * shape[1]..<(row + 1) * shape[1]].count { $0 != 0 }
      }
      // Sentences without a subword have no tag.
      let rows = lengths.indices.filter { lengths[$0] > 0 }
      let parts = Workers.divide(rows.map { lengths[$0] }, into: Workers.count)
        .map { part in part.map { rows[$0] } }.filter { !$0.isEmpty }
      let best = Workers.map(parts.count) { number in
        withoutGradients {
          let packed = PackedInput(
            ids: ids, mask: mask, length: shape[1], rows: parts[number],
            configuration: encoder.configuration)
          let hidden = encoder.hiddenStates(parameters, packed: packed)
          return (packed.places, choices(head.logits(parameters, hidden), withProbabilities))
        }
      }
      var tags = [TagChoice](
        repeating: TagChoice(tag: 0, probability: nil), count: input.inputIDs.count)
      for (places, chosen) in best {
        for (place, tag) in zip(places, chosen) { tags[place] = tag }
      }
      return tags
    }
  }

  /// The best tag of each row of scores (subwords, tags).
  private func choices(_ scores: Tensor, _ withProbabilities: Bool) -> [TagChoice] {
    let best = scores.argmax().integers
    guard withProbabilities else { return best.map { TagChoice(tag: $0, probability: nil) } }
    let shares = scores.softmax().floats
    return best.enumerated().map { subword, tag in
      TagChoice(tag: tag, probability: shares[subword * head.tagCount + tag])
    }
  }
}

/// The tag that a model gives a subword or a word, and how sure it is of it.
package struct TagChoice: Hashable, Sendable {
  /// The tag's id.
  package var tag: Int
  /// The softmax probability of the tag; nil where it was not asked for, and for a word that the
  /// encoder does not read.
  package var probability: Float?

  /// A tag, perhaps with its probability.
  package init(tag: Int, probability: Float?) {
    self.tag = tag
    self.probability = probability
  }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";

/// @title Calls that somebody signs and somebody else sends
/// @notice An intent is EIP-712 typed data. Its domain has all five fields: name, version "1", chainId,
/// verifyingContract and a salt that is drawn afresh for each deployment, so that an intent signed for one deployment
/// is void at every other, even one of the same address on a chain of the same number. `eip712Domain` (ERC-5267)
/// gives them.
///
/// The signature of an externally owned account is exactly 65 bytes, `r ‖ s ‖ v`, s in the lower half, v 27 or 28. A
/// signer that is a contract, such as a multisig wallet, is asked by ERC-1271 instead, with at most 200,000 gas.
interface ISignedIntents is IERC5267 {
    /// @notice A deployment needs a salt.
    error SaltIsZero();

    /// @notice The deadline of the intent is over. `blockTime` is the time of this block, in seconds.
    error IntentExpired(uint64 deadline, uint64 blockTime);

    /// @notice The deadline of the intent is more than 24 hours ahead. `latest` is the latest one allowed now.
    error IntentDeadlineTooFar(uint64 deadline, uint64 latest);

    /// @notice The signature is malformed, or it is not the stated signer's over this intent in this domain.
    error InvalidIntentSignature(address signer);
}

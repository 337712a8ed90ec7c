// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ISignedIntents} from "./ISignedIntents.sol";

/// @title Intents that are carried out once, in any order
/// @notice Any number that the signer has not used at this contract is good as a nonce. The used ones are kept as a
/// bitmap, 256 to a word, so that numbers close to each other share a word and cost less than scattered ones: the upper
/// 248 bits are a key under which up to 256 intents need no order.
interface IIntentNonces is ISignedIntents {
    /// @notice Who signed an intent, and how long and how often it is good. The first three are signed with it, as its
    /// last three members.
    /// @param signer in whose name
    /// @param nonce not used before
    /// @param deadline block time, inclusive, in seconds; at most 24 hours ahead
    /// @param signature over the typed data
    // solhint-disable-next-line gas-struct-packing
    struct Authorization {
        address signer;
        uint256 nonce;
        uint64 deadline;
        bytes signature;
    }

    /// @notice The nonce was used by an earlier intent, or the signer invalidated it.
    error NonceAlreadyUsed(address signer, uint256 nonce);

    /// @notice Uses up a nonce of the caller, so that an intent already signed with it can never be carried out. Needs
    /// no relayer and no role.
    function invalidateNonce(uint256 nonce) external;

    /// @notice The nonces of a signer from `word << 8` to `word << 8 | 255`; a set bit is a used nonce.
    function nonceBitmap(address signer, uint256 word) external view returns (uint256 bits);
}

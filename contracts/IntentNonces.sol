// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {SignedIntents} from "./SignedIntents.sol";
import {IIntentNonces} from "./interfaces/IIntentNonces.sol";

/// @title Intents that are carried out once, in any order
/// @notice Holds the used nonces as bits.
abstract contract IntentNonces is IIntentNonces, SignedIntents {
    /// @inheritdoc IIntentNonces
    mapping(address signer => mapping(uint256 word => uint256 bits)) public override nonceBitmap;

    /// @inheritdoc IIntentNonces
    function invalidateNonce(uint256 nonce) external override {
        _useNonce(msg.sender, nonce);
    }

    /// @notice Returns if the signer has signed this intent and it is in time and new; it cannot be used again.
    /// @param members the type hash and the members of the struct up to the signer, a word each
    function _authorize(Authorization calldata authorization, bytes memory members) internal {
        bytes32 structHash = keccak256(
            bytes.concat(members, abi.encode(authorization.signer, authorization.nonce, authorization.deadline))
        );
        _checkIntent(authorization.signer, authorization.deadline, structHash, authorization.signature);
        _useNonce(authorization.signer, authorization.nonce);
    }

    function _useNonce(address signer, uint256 nonce) private {
        uint256 word = nonce >> 8;
        uint256 bit = 1 << (nonce & 0xff);
        uint256 bits = nonceBitmap[signer][word];
        if (bits & bit != 0) {
            revert NonceAlreadyUsed(signer, nonce);
        }
        nonceBitmap[signer][word] = bits | bit;
    }
}

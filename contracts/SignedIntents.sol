// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {ISignedIntents} from "./interfaces/ISignedIntents.sol";

/// @title Domain, deadline and signature of intents
/// @notice Does not keep nonces; `IntentNonces` does.
abstract contract SignedIntents is ISignedIntents {
    /// @dev How far ahead a deadline may lie.
    uint256 private constant LONGEST_INTENT_SECONDS = 24 hours;

    uint256 private constant ERC1271_GAS = 200_000;
    string private constant VERSION = "1";
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract,bytes32 salt)"
    );

    bytes32 private immutable NAME_HASH;
    bytes32 private immutable SALT;
    uint256 private immutable DEPLOYMENT_CHAIN_ID;
    bytes32 private immutable DEPLOYMENT_SEPARATOR;

    string private _name;

    /// @notice Fixes the domain for the life of the contract.
    /// @param name of the domain
    /// @param salt drawn afresh for each deployment, not zero
    constructor(string memory name, bytes32 salt) {
        if (salt == 0) {
            revert SaltIsZero();
        }
        _name = name;
        NAME_HASH = keccak256(bytes(name));
        SALT = salt;
        DEPLOYMENT_CHAIN_ID = block.chainid;
        DEPLOYMENT_SEPARATOR = _separator(keccak256(bytes(name)), salt);
    }

    /// @inheritdoc IERC5267
    function eip712Domain()
        external
        view
        override
        returns (
            bytes1 fields,
            string memory name,
            string memory version,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        )
    {
        return (0x1f, _name, VERSION, block.chainid, address(this), SALT, new uint256[](0));
    }

    /// @dev Returns if the deadline is neither over nor too far ahead, and the signature is the signer's over the typed
    /// data with this struct hash.
    function _checkIntent(address signer, uint64 deadline, bytes32 structHash, bytes calldata signature) internal view {
        if (deadline < block.timestamp) {
            revert IntentExpired(deadline, uint64(block.timestamp));
        }
        uint256 furthest = block.timestamp + LONGEST_INTENT_SECONDS;
        if (deadline > furthest) {
            revert IntentDeadlineTooFar(deadline, uint64(furthest));
        }
        bytes32 separator = block.chainid == DEPLOYMENT_CHAIN_ID ? DEPLOYMENT_SEPARATOR : _separator(NAME_HASH, SALT);
        bytes32 digest = MessageHashUtils.toTypedDataHash(separator, structHash);
        (address recovered, ECDSA.RecoverError failure, ) = ECDSA.tryRecover(digest, signature);
        bool signed = failure == ECDSA.RecoverError.NoError && recovered == signer;
        if (!signed && !_isSignedByContract(signer, digest, signature)) {
            revert InvalidIntentSignature(signer);
        }
    }

    /// @dev ERC-1271. Own, since the `SignatureChecker` of OpenZeppelin needs Cancun. The answer must be one word, the
    /// magic value followed by zeros; the bounded gas bounds what copying a longer one costs.
    function _isSignedByContract(address signer, bytes32 digest, bytes calldata signature) private view returns (bool) {
        (bool answered, bytes memory answer) = signer.staticcall{gas: ERC1271_GAS}(
            abi.encodeCall(IERC1271.isValidSignature, (digest, signature))
        );
        return answered && answer.length == 32 && bytes32(answer) == bytes32(IERC1271.isValidSignature.selector);
    }

    function _separator(bytes32 nameHash, bytes32 salt) private view returns (bytes32) {
        return
            keccak256(
                abi.encode(DOMAIN_TYPEHASH, nameHash, keccak256(bytes(VERSION)), block.chainid, address(this), salt)
            );
    }
}

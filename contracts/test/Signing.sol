// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IAccessGrants} from "../interfaces/IAccessGrants.sol";
import {IIntentNonces} from "../interfaces/IIntentNonces.sol";
import {IResourceRegistry} from "../interfaces/IResourceRegistry.sol";
import {ISignedIntents} from "../interfaces/ISignedIntents.sol";
import {Test} from "./Test.sol";

/// @title Signs intents as EIP-712 says, with nothing of the contracts under test but the domain that they state
abstract contract Signing is Test {
    struct Domain {
        string name;
        string version;
        uint256 chainId;
        address verifyingContract;
        bytes32 salt;
    }

    function _domainOf(ISignedIntents target) internal view returns (Domain memory domain) {
        (, domain.name, domain.version, domain.chainId, domain.verifyingContract, domain.salt, ) = target
            .eip712Domain();
    }

    /// @dev The digest that EIP-712 gives for typed data.
    function _typedDigest(Domain memory domain, bytes32 structHash) internal pure returns (bytes32) {
        bytes32 separator = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract,bytes32 salt)"
                ),
                keccak256(bytes(domain.name)),
                keccak256(bytes(domain.version)),
                domain.chainId,
                domain.verifyingContract,
                domain.salt
            )
        );
        return keccak256(abi.encodePacked(hex"1901", separator, structHash));
    }

    function _sign(uint256 key, bytes32 digest) internal pure returns (bytes memory signature) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return abi.encodePacked(r, s, v);
    }

    function _signFor(ISignedIntents target, uint256 key, bytes32 structHash) internal view returns (bytes memory) {
        return _sign(key, _typedDigest(_domainOf(target), structHash));
    }

    /// @dev The nonce is used at once, so that each intent needs its own.
    function _authorized(
        ISignedIntents target,
        uint256 key,
        bytes memory members,
        uint256 nonce
    ) internal view returns (IIntentNonces.Authorization memory authorization) {
        authorization.signer = vm.addr(key);
        authorization.nonce = nonce;
        authorization.deadline = uint64(block.timestamp) + 1 hours;
        bytes32 structHash = keccak256(
            bytes.concat(members, abi.encode(authorization.signer, nonce, authorization.deadline))
        );
        authorization.signature = _signFor(target, key, structHash);
    }

    function _registerMembers(IResourceRegistry.Registration memory stated) internal pure returns (bytes memory) {
        return
            abi.encode(
                keccak256(
                    "Register(bytes32 digest,bytes32 steward,bytes32 license,uint8 cidCodec,bytes32 cidDigest,"
                    "bytes32 metadata,address signer,uint256 nonce,uint64 deadline)"
                ),
                stated
            );
    }

    function _issueMembers(IAccessGrants.Grant memory stated, uint64 until) internal pure returns (bytes memory) {
        return
            abi.encode(
                keccak256(
                    "IssueGrant(bytes32 digest,bytes32 steward,uint32 seat,uint24 turn,bytes32 grantee,uint16 scopes,"
                    "uint64 until,address signer,uint256 nonce,uint64 deadline)"
                ),
                stated,
                until
            );
    }

    function _anchorHash(bytes32 ledger, uint64 size, bytes32 root, uint64 deadline) internal pure returns (bytes32) {
        bytes32 typehash = keccak256("Anchor(bytes32 ledger,uint64 size,bytes32 root,uint64 deadline)");
        return keccak256(abi.encode(typehash, ledger, size, root, deadline));
    }
}

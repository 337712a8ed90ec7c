// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {LedgerEntries} from "./LedgerEntries.sol";
import {ResourceLinks} from "./ResourceLinks.sol";
import {Rfc6962} from "./Rfc6962.sol";
import {SignedIntents} from "./SignedIntents.sol";
import {ICheckpointAnchor} from "./interfaces/ICheckpointAnchor.sol";
import {ILicenseRegistry} from "./interfaces/ILicenseRegistry.sol";
import {IResourceRegistry} from "./interfaces/IResourceRegistry.sol";
import {IStewardRegistry} from "./interfaces/IStewardRegistry.sol";

/// @title Registrations of resources
/// @notice Makes registrations and withdraws them; `ResourceLinks` holds them.
contract ResourceRegistry is ResourceLinks {
    uint8 private constant CODEC_RAW = 0x55;
    uint8 private constant CODEC_DAG_PB = 0x70;

    uint8 private constant LAST_REASON = 3;
    uint8 private constant REGISTRAR = 1;
    uint256 private constant MOST_IN_BATCH = 400;

    bytes32 private constant REGISTRATION_TYPEHASH = keccak256(
        "Registration(bytes32 digest,bytes32 steward,bytes32 license,uint8 cidCodec,bytes32 cidDigest,"
        "bytes32 metadata)"
    );
    bytes32 private constant REGISTER_TYPEHASH = keccak256(
        "Register(bytes32 digest,bytes32 steward,bytes32 license,uint8 cidCodec,bytes32 cidDigest,"
        "bytes32 metadata,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant REGISTER_MANY_TYPEHASH = keccak256(
        "RegisterMany(Registration[] registrations,address signer,uint256 nonce,uint64 deadline)"
        "Registration(bytes32 digest,bytes32 steward,bytes32 license,uint8 cidCodec,bytes32 cidDigest,"
        "bytes32 metadata)"
    );
    bytes32 private constant REGISTER_PROVEN_TYPEHASH = keccak256(
        "RegisterProven(bytes32 digest,bytes32 steward,bytes32 license,uint8 cidCodec,bytes32 cidDigest,"
        "bytes32 metadata,bytes32 ledger,uint64 index,address signer,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant WITHDRAW_TYPEHASH = keccak256(
        "Withdraw(bytes32 digest,bytes32 steward,uint8 reason,address signer,uint256 nonce,uint64 deadline)"
    );

    /// @notice The registry of the terms.
    ILicenseRegistry public immutable LICENSES;

    /// @notice The anchors of the ledgers whose entries can be promoted.
    ICheckpointAnchor public immutable ANCHORS;

    constructor(
        IStewardRegistry stewards,
        ILicenseRegistry licenses,
        ICheckpointAnchor anchors,
        bytes32 salt
    ) SignedIntents("Muhr ResourceRegistry", salt) ResourceLinks(stewards) {
        LICENSES = licenses;
        ANCHORS = anchors;
    }

    /// @inheritdoc IResourceRegistry
    function register(Registration calldata stated) external override {
        _register(stated, msg.sender);
    }

    /// @inheritdoc IResourceRegistry
    function registerBySignature(Registration calldata stated, Authorization calldata authorization) external override {
        _authorize(authorization, abi.encode(REGISTER_TYPEHASH, stated));
        _register(stated, authorization.signer);
    }

    /// @inheritdoc IResourceRegistry
    function registerMany(Registration[] calldata stated) external override {
        _registerMany(stated, msg.sender);
    }

    /// @inheritdoc IResourceRegistry
    function registerManyBySignature(
        Registration[] calldata stated,
        Authorization calldata authorization
    ) external override {
        bytes32[] memory hashes = new bytes32[](stated.length);
        for (uint256 i = 0; i < stated.length; ++i) {
            hashes[i] = keccak256(abi.encode(REGISTRATION_TYPEHASH, stated[i]));
        }
        _authorize(authorization, abi.encode(REGISTER_MANY_TYPEHASH, keccak256(abi.encodePacked(hashes))));
        _registerMany(stated, authorization.signer);
    }

    /// @inheritdoc IResourceRegistry
    function registerProven(Registration calldata stated, EntryProof calldata proof) external override {
        _registerProven(stated, proof, msg.sender);
    }

    /// @inheritdoc IResourceRegistry
    function registerProvenBySignature(
        Registration calldata stated,
        EntryProof calldata proof,
        Authorization calldata authorization
    ) external override {
        _authorize(authorization, abi.encode(REGISTER_PROVEN_TYPEHASH, stated, proof.ledger, proof.index));
        _registerProven(stated, proof, authorization.signer);
    }

    /// @inheritdoc IResourceRegistry
    function withdraw(bytes32 digest, bytes32 steward, uint8 reason) external override {
        _withdraw(digest, steward, reason, msg.sender);
    }

    /// @inheritdoc IResourceRegistry
    function withdrawBySignature(
        bytes32 digest,
        bytes32 steward,
        uint8 reason,
        Authorization calldata authorization
    ) external override {
        _authorize(authorization, abi.encode(WITHDRAW_TYPEHASH, digest, steward, reason));
        _withdraw(digest, steward, reason, authorization.signer);
    }

    /// @inheritdoc IResourceRegistry
    function registration(bytes32 digest, bytes32 steward) external view override returns (RegistrationState memory) {
        Entry memory entry = _entries[digest][steward];
        return
            RegistrationState({
                registrar: entry.registrar,
                registeredAt: entry.registeredAt,
                state: entry.state,
                licenseNumber: entry.licenseNumber,
                relation: entry.relation,
                successor: _successors[digest][steward],
                original: _originals[digest][steward]
            });
    }

    function _registerMany(Registration[] calldata stated, address registrar) private {
        if (stated.length == 0 || stated.length > MOST_IN_BATCH) {
            revert InvalidBatchSize(stated.length, MOST_IN_BATCH);
        }
        for (uint256 i = 0; i < stated.length; ++i) {
            _register(stated[i], registrar);
        }
    }

    function _registerProven(Registration calldata stated, EntryProof calldata proof, address registrar) private {
        (bytes32 keeper, , , ) = ANCHORS.ledgerOf(proof.ledger);
        if (keeper != stated.steward) {
            revert LedgerOfOtherSteward(proof.ledger, keeper);
        }
        (uint64 blockNumber, uint64 time) = ANCHORS.verifyInclusion(
            proof.ledger,
            proof.size,
            _leafHash(stated, proof.at),
            proof.index,
            proof.hashes
        );
        _register(stated, registrar);
        emit ResourceProven(stated.digest, stated.steward, proof.ledger, proof.index, blockNumber, time);
        _accumulate(
            abi.encode(
                ResourceProven.selector,
                stated.digest,
                stated.steward,
                proof.ledger,
                proof.index,
                blockNumber,
                time
            )
        );
    }

    function _register(Registration calldata stated, address registrar) private {
        bytes32 digest = stated.digest;
        bytes32 steward = stated.steward;
        if (digest == 0) {
            revert InvalidDigest();
        }
        _checkCid(digest, stated.cidCodec, stated.cidDigest);
        STEWARDS.checkRegistrar(steward, registrar);
        uint32 licenseNumber = LICENSES.numberOf(stated.license);
        Entry storage entry = _entries[digest][steward];
        if (entry.state != NONE) {
            revert ResourceAlreadyRegistered(digest, steward);
        }
        entry.registrar = registrar;
        entry.registeredAt = uint40(block.timestamp);
        entry.state = REGISTERED;
        entry.licenseNumber = licenseNumber;
        entry.standing = ORIGINAL;
        emit ResourceRegistered(
            digest,
            steward,
            registrar,
            stated.license,
            stated.cidCodec,
            stated.cidDigest,
            stated.metadata
        );
        _accumulate(
            abi.encode(
                ResourceRegistered.selector,
                digest,
                steward,
                registrar,
                stated.license,
                stated.cidCodec,
                stated.cidDigest,
                stated.metadata
            )
        );
    }

    function _withdraw(bytes32 digest, bytes32 steward, uint8 reason, address registrar) private {
        if (reason == 0 || reason > LAST_REASON) {
            revert InvalidWithdrawalReason(reason);
        }
        if (STEWARDS.liveRole(steward, registrar) != REGISTRAR) {
            revert IStewardRegistry.RegistrarNotLive(steward, registrar);
        }
        checkActive(digest, steward);
        _entries[digest][steward].state = WITHDRAWN;
        emit ResourceWithdrawn(digest, steward, reason);
        _accumulate(abi.encode(ResourceWithdrawn.selector, digest, steward, reason));
    }

    function _checkCid(bytes32 digest, uint8 codec, bytes32 cidDigest) private pure {
        bool fits = codec == CODEC_RAW ? cidDigest == digest : codec == CODEC_DAG_PB && cidDigest != 0;
        if (!fits) {
            revert InvalidCid(codec);
        }
    }

    /// @dev Returns the leaf hash of the ledger entry that accepts this registration.
    function _leafHash(Registration calldata stated, uint64 at) private pure returns (bytes32) {
        return
            Rfc6962.leafHash(
                LedgerEntries.accepted(
                    stated.digest,
                    stated.steward,
                    stated.license,
                    stated.cidCodec,
                    stated.cidDigest,
                    stated.metadata,
                    at
                )
            );
    }
}
